package yamldoc_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
)

type level string

func (l *level) UnmarshalText(text []byte) error {
	if string(text) != "low" && string(text) != "high" {
		return fmt.Errorf("%q is no level", text)
	}
	*l = level(text)
	return nil
}

// setting is a word or a map, as rules are in tidewaiter.yaml.
type setting struct {
	Level string `yaml:"level"`
	Days  int    `yaml:"days"`
}

func (s *setting) UnmarshalYAML(unmarshal func(any) error) error {
	if unmarshal(&s.Level) == nil {
		return nil
	}
	type plain setting
	return unmarshal((*plain)(s))
}

type common struct {
	Owner string `yaml:"owner"`
}

type config struct {
	Version  int                `yaml:"version"`
	FailOn   level              `yaml:"fail-on"`
	Rules    map[string]setting `yaml:"rules"`
	Paths    struct{ Exclude []string }
	Sign     *struct{ Log string }
	MaxAge   time.Duration `yaml:"max-age"`
	Expires  time.Time     `yaml:"expires"`
	On       bool          `yaml:"on"`
	Share    float64       `yaml:"share"`
	Count    uint8         `yaml:"count"`
	Anything any           `yaml:"anything"`
	common   `yaml:",inline"`
	Hidden   string `yaml:"-"`
}

func TestDecode(t *testing.T) {
	var got config
	err := yamldoc.Decode(source.NewFile("c.yaml", `
version: 1
fail-on: high
rules:
  root-user: off
  image-age: {level: low, days: 60}
paths: {exclude: ["a/**", b]}
sign: &s {log: auto}
max-age: 90m
expires: 2027-01-31
on: true
share: 0.5
count: 7
anything: [1, {a: b}]
owner: me
`), &got)
	require.NoError(t, err)
	require.Equal(t, config{
		Version: 1, FailOn: "high", Rules: map[string]setting{"root-user": {Level: "off"}, "image-age": {Level: "low", Days: 60}},
		Paths: struct{ Exclude []string }{[]string{"a/**", "b"}}, Sign: &struct{ Log string }{"auto"}, MaxAge: 90 * time.Minute,
		Expires: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC), On: true, Share: 0.5, Count: 7,
		Anything: []any{1, map[string]any{"a": "b"}}, common: common{"me"},
	}, got)
	require.NoError(t, yamldoc.Decode(source.NewFile("c.yaml", "# nothing\n"), &got))
	require.NoError(t, yamldoc.Decode(source.NewFile("c.yaml", "version:\n"), &got))
	require.Equal(t, 1, got.Version, "an empty value leaves what was there")
}

func TestDecodeNamesEveryMistake(t *testing.T) {
	for text, want := range map[string]string{
		"version: 1\nfail_on: high\n":              `c.yaml:2: unknown key "fail_on"; did you mean "fail-on"?`,
		"verison: 1\n":                             `c.yaml:1: unknown key "verison"; did you mean "version"?`,
		"rules:\n  x:\n    levle: low\n":           `c.yaml:3: unknown key "levle"; did you mean "level"?`,
		"paths: {xyz: 1}\n":                        `c.yaml:1: unknown key "xyz"; known are exclude`,
		"hidden: x\n":                              `c.yaml:1: unknown key "hidden"; known are anything, count,`,
		"version: 1\nversion: 2\n":                 `c.yaml:2: key "version" is given twice`,
		"rules: {a: off, a: on}\n":                 `c.yaml:1: key "a" is given twice`,
		"version: one\n":                           `c.yaml:1: "one" where a whole number is expected`,
		"version: [1]\n":                           `c.yaml:1: a list where a single value is expected`,
		"version: {a: b}\n":                        `c.yaml:1: a map where a single value is expected`,
		"rules: [a]\n":                             `c.yaml:1: a list where a map is expected`,
		"paths: x\n":                               `c.yaml:1: "x" where a map with the keys exclude is expected`,
		"paths: {exclude: a}\n":                    `c.yaml:1: "a" where a list is expected`,
		"on: perhaps\n":                            `c.yaml:1: "perhaps" where true or false is expected`,
		"share: much\n":                            `c.yaml:1: "much" where a number is expected`,
		"count: 300\n":                             `c.yaml:1: "300" where a whole number is expected`,
		"max-age: 5x\n":                            `c.yaml:1: "5x" where a duration such as 90m is expected`,
		"expires: tomorrow\n":                      `c.yaml:1: "tomorrow" is no date of the form YYYY-MM-DD`,
		"fail-on: extreme\n":                       `c.yaml:1: "extreme" is no level`,
		"fail-on: [high]\n":                        `c.yaml:1: a list where a single value is expected`,
		"version: 1\n---\nversion: 2\n":            `c.yaml:3: a second document; only one is allowed here`,
		"version: [\n":                             `c.yaml:1: not valid YAML: did not find expected node content`,
		"version: x\nshare: y\n":                   "c.yaml:1: \"x\" where a whole number is expected\nc.yaml:2: \"y\" where a number is expected",
		"- a\n":                                    `c.yaml:1: a list where a map with the keys`,
		"rules: {a: {days: 1, level: [x]}}\n":      `c.yaml:1: a list where a single value is expected`,
		"sign: {log: x, <<: {lag: y}}\nowner: z\n": `c.yaml:1: unknown key "<<"`,
	} {
		var c config
		err := yamldoc.Decode(source.NewFile("c.yaml", text), &c)
		require.ErrorContains(t, err, want, "%q", text)
	}
	require.ErrorContains(t, yamldoc.Decode(source.NewFile("c.yaml", "a: b"), config{}), "no pointer")
}

func TestDecodeStopsAfterManyMistakes(t *testing.T) {
	text := ""
	for i := range 100 {
		text += fmt.Sprintf("x%d: 1\n", i)
	}
	var c config
	require.Len(t, yamldoc.Errors(yamldoc.Decode(source.NewFile("c", text), &c)), yamldoc.MaxErrors)
}

func FuzzDecode(f *testing.F) {
	f.Add("version: 1\nrules: {a: off}\n")
	f.Add("rules: {a: {level: &x [*x]}}\nanything: *y\n")
	f.Add("sign: &s {log: a}\npaths: *s\nexpires: 2027-01-31\n")
	f.Fuzz(func(_ *testing.T, text string) {
		if len(text) < 1<<16 {
			var c config
			_ = yamldoc.Decode(source.NewFile("c", text), &c)
		}
	})
}
