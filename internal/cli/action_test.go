package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
)

func TestParseInputs(t *testing.T) {
	in, warnings, err := parseInputs([]string{
		"HOME=/github/home", "INPUT_PATH= app ", "INPUT_IMAGE=oci:a\n\n  oci:b,target=x  \r\n", "INPUT_FAIL-ON=medium", "INPUT_SIGN=True",
		"INPUT_KEY=env://KEY=1", "INPUT_RULES=TW-D001\nTW-D002", "INPUT_PUSH=", "INPUT_TOKEN=t",
	})
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, actionInputs{path: "app", images: []string{"oci:a", "oci:b,target=x"}, failOn: "medium", sign: true, key: "env://KEY=1",
		rules: "TW-D001,TW-D002", token: "t"}, in)
}

func TestParseInputsUnset(t *testing.T) {
	var environ []string
	for _, name := range actionInputNames() {
		environ = append(environ, "INPUT_"+strings.ToUpper(name)+"=")
	}
	in, warnings, err := parseInputs(environ)
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, actionInputs{}, in, "empty is not set")
}

func TestParseInputsNamesMistakes(t *testing.T) {
	_, warnings, err := parseInputs([]string{"INPUT_FAIL_ON=high", "INPUT_IMAGES=x", "INPUT_QUITE-ELSE=1", "INPUT_SIGN=yes"})
	require.EqualError(t, err, `input sign: "yes" is neither true nor false`)
	require.Equal(t, ExitUsage, exitCode(err))
	require.Equal(t, []string{
		`there is no input "fail_on"; did you mean "fail-on"?`,
		`there is no input "images"; did you mean "image"?`,
		`there is no input "quite-else"; known are ` + strings.Join(actionInputNames(), ", "),
	}, warnings)
}

func TestEveryInputIsRead(t *testing.T) {
	for _, name := range actionInputNames() {
		in, _, err := parseInputs([]string{"INPUT_" + strings.ToUpper(name) + "=true"})
		require.NoError(t, err)
		require.NotEqual(t, actionInputs{}, in, "%s goes nowhere", name)
	}
}

func TestActionYAMLDeclaresWhatTheProgramKnows(t *testing.T) {
	const path = "../../action.yml"
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	type input struct {
		Description string `yaml:"description"`
		Required    bool   `yaml:"required"`
		Default     string `yaml:"default"`
	}
	var action struct {
		Name        string            `yaml:"name"`
		Description string            `yaml:"description"`
		Author      string            `yaml:"author"`
		Branding    map[string]string `yaml:"branding"`
		Inputs      map[string]input  `yaml:"inputs"`
		Outputs     map[string]struct {
			Description string `yaml:"description"`
		} `yaml:"outputs"`
		Runs struct {
			Using string   `yaml:"using"`
			Image string   `yaml:"image"`
			Args  []string `yaml:"args"`
		} `yaml:"runs"`
	}
	require.NoError(t, yamldoc.Decode(source.NewFile("action.yml", string(text)), &action))
	require.LessOrEqual(t, len(action.Inputs), 12)
	require.Len(t, action.Inputs, len(actionInputNames()))
	for _, name := range actionInputNames() {
		require.NotEmpty(t, action.Inputs[name].Description, "input %s", name)
		require.Empty(t, action.Inputs[name].Default, "the program owns the defaults")
		require.False(t, action.Inputs[name].Required, "the runner does not enforce it")
	}
	outputs := actionOutputs(sampleResult(), reportFiles{})
	require.Len(t, action.Outputs, len(outputs))
	for _, o := range outputs {
		require.NotEmpty(t, action.Outputs[o.name].Description, "output %s", o.name)
	}
	require.Equal(t, "docker", action.Runs.Using)
	require.Equal(t, []string{"action"}, action.Runs.Args)
	_, err = os.Stat(filepath.Join("../..", action.Runs.Image))
	require.NoError(t, err, "runs.image names a file beside action.yml")
}
