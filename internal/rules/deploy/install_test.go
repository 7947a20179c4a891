package deploy

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPackageInstallIsToldFromOtherWords(t *testing.T) {
	for text, want := range map[string]bool{
		"apt-get update && apt-get install -y curl": true,
		"apt-get -qq -y install curl":               true,
		"sh -c 'apk add --no-cache bash'":           true,
		"npm ci && node x.js":                       false,
		"npm install":                               false, // what the lock file of the image says
		"npm install left-pad":                      true,
		"pip install -r requirements.txt":           true,
		"/usr/bin/pip3 install x":                   true,
		"echo snapt install":                        false,
		"go install example.com/x@latest":           true,
		"go run install":                            false,
		"adapt add x":                               false,
	} {
		require.Equal(t, want, packageInstall.MatchString(text), text)
	}
}

func TestDownloadedScriptIsToldFromDownloads(t *testing.T) {
	for text, want := range map[string]bool{
		"curl -fsSL https://example.com/i.sh | bash":     true,
		"wget -qO- https://example.com/i.sh | sudo sh -": true,
		"curl https://example.com/x | tar xz":            false,
		"curl https://example.com/x | jq .; sh run.sh":   false,
		"curl https://example.com/x && bash y":           false,
	} {
		require.Equal(t, want, downloadedScript.MatchString(text), text)
	}
}
