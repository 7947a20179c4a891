package licence

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"MIT":                   "MIT",
		"mit":                   "MIT",
		"(MIT OR Apache-2.0)":   "MIT OR Apache-2.0",
		"MIT and (ISC or Zlib)": "MIT AND (ISC OR Zlib)",
		"GPL-2.0-only WITH Classpath-exception-2.0": "GPL-2.0-only WITH Classpath-exception-2.0",
		"A OR":             "",
		"MIT OR":           "",
		"MIT ISC":          "",
		"(MIT":             "",
		"MIT WITH":         "",
		"":                 "",
		"SEE LICENSE IN x": "",
		strings.Repeat("(", 60) + "MIT" + strings.Repeat(")", 60): "",
		strings.Repeat("MIT OR ", 2000) + "MIT":                   "",
	} {
		e, err := Parse(text)
		if want == "" {
			require.Error(t, err, text)
			continue
		}
		require.NoError(t, err, text)
		require.Equal(t, want, e.String())
	}
}

func TestListsFollowTheExpression(t *testing.T) {
	for _, c := range []struct {
		text, list  string
		satisfied   bool
		unavoidable string
	}{
		{"MIT", "MIT ISC", true, "MIT"},
		{"MIT OR GPL-3.0-only", "GPL-3.0-only", true, ""},
		{"MIT AND GPL-3.0-only", "GPL-3.0-only", false, "GPL-3.0-only"},
		{"(MIT AND ISC) OR GPL-3.0-only", "ISC GPL-3.0-only", true, "ISC GPL-3.0-only"},
		{"GPL-3.0-only", "GPL-2.0-or-later", true, "GPL-3.0-only"},
		{"GPL-2.0-only", "GPL-3.0-only", false, ""},
		{"MIT", "", false, ""},
	} {
		e, err := Parse(c.text)
		require.NoError(t, err)
		require.Equal(t, c.satisfied, e.Satisfied(strings.Fields(c.list)), "%s by %s", c.text, c.list)
		require.Equal(t, c.unavoidable, strings.Join(e.Unavoidable(strings.Fields(c.list)), " "), "%s by %s", c.text, c.list)
	}
}

func TestStated(t *testing.T) {
	for text, want := range map[string]string{
		"MIT License": "MIT", "GPL-2+ and Expat": "GPL-2.0-or-later AND MIT", "GPLv2+ or LGPLv3": "GPL-2.0-or-later OR LGPL-3.0-only",
		"Apache License, Version 2.0": "Apache-2.0", "Apache Software License": "", "BSD": "", "MIT/ISC": "MIT OR ISC",
		"GPL-2.0-or-later": "GPL-2.0-or-later", "see LICENSE": "", "": "", "(GPL-2+ or Artistic-2.0) AND BSD-3-clause": "(GPL-2.0-or-later OR Artistic-2.0) AND BSD-3-Clause",
	} {
		e, ok := Stated(text)
		require.Equal(t, want != "", ok, text)
		if ok {
			require.Equal(t, want, e.String(), text)
		}
	}
}

func FuzzStated(f *testing.F) {
	f.Add("GPL-2+ and (MIT/ISC) or Apache License, Version 2.0")
	f.Fuzz(func(t *testing.T, text string) {
		e, ok := Stated(text)
		if !ok {
			return
		}
		again, err := Parse(e.String())
		require.NoError(t, err)
		require.Equal(t, e.String(), again.String())
		e.Unavoidable([]string{"MIT", "GPL-2.0-or-later"})
	})
}
