package image

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCopyrightLicence(t *testing.T) {
	require.Equal(t, "Expat AND (GPL-2+ or Artistic)", copyrightLicence([]byte(`Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: somebody
License: Expat
 Permission is hereby granted:

Files: lib/*
License: GPL-2+ or Artistic

Files: debian/*
License: GPL-3

License: BSD-3-clause
 text
`)))
	require.Empty(t, copyrightLicence([]byte("This package was debianized by x.\nLicense: GPL\n")), "not written for machines")
}

func TestNpmLicence(t *testing.T) {
	for raw, want := range map[string]string{`"MIT"`: "MIT", `{"type":"ISC"}`: "ISC", `7`: "", `"a\nb"`: ""} {
		require.Equal(t, want, npmLicence(json.RawMessage(raw), nil), raw)
	}
	require.Equal(t, "MIT OR ISC", npmLicence(nil, json.RawMessage(`[{"type":"MIT"},{"type":"ISC"}]`)))
}

func TestPythonLicence(t *testing.T) {
	require.Equal(t, "MIT OR ISC", pythonLicence([]byte("Name: x\nLicense-Expression: MIT OR ISC\nLicense: y\n\nbody")))
	require.Equal(t, "MIT License", pythonLicence([]byte("Name: x\nLicense: see file\nClassifier: License :: OSI Approved :: MIT License\n")))
	require.Equal(t, "Apache 2.0", pythonLicence([]byte("License: Apache 2.0\nClassifier: License :: OSI Approved\n")))
	require.Empty(t, pythonLicence([]byte("Name: x\n\nLicense: MIT\n")))
}

func TestGemLicence(t *testing.T) {
	require.Equal(t, "Ruby OR BSD-2-Clause", gemLicence([]byte("  s.licenses = [\"Ruby\".freeze, \"BSD-2-Clause\".freeze]\n")))
	require.Empty(t, gemLicence([]byte("s.name = \"x\"")))
}
