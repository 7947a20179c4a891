package build_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/build"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

// buildkitFiles are Dockerfiles on which BuildKit's checks speak or, for the
// last of each, keep silent.
var buildkitFiles = map[string][]string{
	"StageNameCasing": {
		"FROM scratch AS Base\n", "FROM scratch as BASE\nFROM base AS next-One\n", "FROM scratch \\\n  AS \\\n  Base\n",
		"FROM scratch AS base\nFROM base AS base-2_x.y\n",
	},
	"FromAsCasing": {
		"FROM scratch as base\n", "from scratch AS base\n", "From scratch As base\n", "FROM scratch aS base\n", "FROM \\\n scratch \\\n as x\n", "from scratch As base\n",
		"from scratch as base\nFROM base AS x\n",
	},
	"NoEmptyContinuation": {
		"FROM scratch\nENV A=1 \\\n\n  B=2\n", "FROM scratch\nENV A=1 \\\n  \\\n\n\n  B=2\nENV C=1 \\\n\n D=1\n", "FROM scratch\nENV A=1 \\\n\n", "# escape=`\nFROM scratch\nENV A=1 `\n\n  B=2\n",
		"FROM scratch\nENV A=1 \\\n\t\n  B=2\n", "\\\n\nFROM scratch\n", "FROM scratch\nRUN <<A \\\n\n x\nb\nA\n",
		"FROM scratch\nENV A=1 \\\n# comment\n  B=2\nRUN <<A\na \\\n\nb\nA\n",
	},
	"ConsistentInstructionCasing": {
		"FROM scratch\ncopy a b\nCOPY c d\n", "from scratch\ncopy a b\nCOPY c d\n", "From scratch\nCopy a b\n", "FROM scratch\nonbuild copy a b\n", "FROM scratch\nONBUILD copy a b\n",
		"arg A=1\nFROM scratch\nenv X=1\nRun x\n", "from scratch\nENV A=1\n", "FROM scratch\nenv A=1 \\\n B=2\n", "from scratch\nENV A=1\nfrom scratch\n",
		"arg A=1\nFROM scratch\nENV A=1\n",
	},
	"DuplicateStageName": {
		"FROM scratch AS a\nFROM scratch AS a\n", "FROM scratch AS a\nFROM scratch AS b\nFROM scratch AS A\nFROM scratch AS a\n",
		"FROM scratch AS a\nFROM scratch AS b\nFROM scratch\nFROM scratch\n",
	},
	"ReservedStageName": {
		"FROM scratch AS scratch\n", "FROM scratch AS context\n", "FROM scratch AS CONTEXT\n", "FROM scratch AS contexts\n",
	},
	"JSONArgsRecommended": {
		"FROM scratch\nCMD run\n", "FROM scratch\nENTRYPOINT run \\\n  it\n", "FROM scratch\nCMD ['a']\n", "FROM scratch\nCMD\n", "FROM scratch\nCMD run\nSHELL [\"/bin/sh\", \"-c\"]\n",
		"FROM scratch AS a\nSHELL [\"x\"]\nFROM scratch\nCMD run\n", "FROM scratch AS a\nSHELL [\"x\"]\nCMD x\nFROM a\nCMD run\n", "FROM scratch\nONBUILD CMD run\n",
		"FROM scratch\nHEALTHCHECK CMD run\n", "FROM scratch\nENTRYPOINT a\nCMD b\n", "FROM scratch\nCMD [\"a\", b]\n", "FROM scratch\nCMD []\nENTRYPOINT []\n",
		"FROM scratch\nENTRYPOINT [\"run\"]\nCMD []\nRUN x\n",
	},
	"MaintainerDeprecated": {
		"FROM scratch\nMAINTAINER me\n", "FROM scratch\nmaintainer me \\\n too\nMAINTAINER x\n", "FROM scratch\nONBUILD MAINTAINER me\n", "FROM scratch\nLABEL maintainer=me\n",
	},
	"UndefinedArgInFrom": {
		"FROM scratch$X\n", "ARG VERSION=1\nFROM a:${VERSON}x\n", "ARG B\nFROM ${B:-a}\n", "FROM --platform=${PLAT:-linux/amd64} scratch\n", "FROM scratch AS a\nARG X=1\nFROM a$X\n", "FROM --platform=$BUILDPLATFORM scratch\n",
		"FROM a:$A-$B\n", "FROM a:${X:-1}\nFROM b:${X:-2}\n", "FROM scratch${X:+a}\n", "FROM $TARGETSTAGE\n",
		"ARG A=1\nFROM a:$A\nFROM a:$TARGETARCH\n",
	},
	"WorkdirRelativePath": {
		"FROM scratch\nWORKDIR app\n", "FROM scratch\nWORKDIR a\nWORKDIR b\n", "FROM scratch AS a\nWORKDIR /a\nFROM a\nWORKDIR b\n", "FROM scratch AS a\nFROM a\nWORKDIR b\n", "FROM scratch AS a\nWORKDIR /a\nFROM scratch\nWORKDIR b\n",
		"FROM scratch\nENV A=/x B=y\nWORKDIR $A\nWORKDIR $B\n", "FROM scratch\nENV B=y\nWORKDIR $B\n", "FROM scratch\nWORKDIR \"a\"\n", "FROM scratch\nWORKDIR c:\\\\app\n", "FROM a:1\nWORKDIR app\n", "FROM scratch AS a\nONBUILD WORKDIR x\n",
		"FROM --platform=windows/amd64 a:1 AS windows\nWORKDIR c:/app\n", "FROM scratch\nWORKDIR \\\n  a\n", "FROM scratch\nARG X\nWORKDIR $X\n",
		"FROM scratch\nWORKDIR /a\nWORKDIR b\nWORKDIR \"/c\"\n",
	},
	"UndefinedVar": {
		"FROM scratch\nUSER $X\n", "FROM scratch\nCOPY $A ${A} /$B\n", "FROM scratch\nENV A=$A\n", "FROM scratch\nENV A=${B:-x}\n", "ARG X=1\nFROM scratch\nLABEL a=$X\n", "FROM scratch\nEXPOSE $PORT\nVOLUME $V\nWORKDIR /$W\nADD $A /\n",
		"FROM scratch AS a\nENV X=1\nFROM a\nUSER $X$Y\n", "FROM scratch\nRUN --mount=type=cache,target=$X x\n", "FROM scratch\nSTOPSIGNAL $S\n", "FROM scratch\nUSER ${X%y}\n", "FROM scratch\nCOPY --chown=$U a /\n", "FROM scratch\nCOPY <<A /x\n$X\nA\n",
		"FROM scratch\nLABEL a=\"$X ${Y}\"\n", "FROM scratch\nCOPY --from=x $A /\n", "FROM scratch\nARG A=$B\n",
		"FROM scratch\nARG X\nENV P=$PATH:$X\nUSER '$Q' \nLABEL a=\\$R\nRUN echo $S\nCMD [\"$T\"]\n", "FROM a:1\nUSER $X\n",
	},
	"MultipleInstructionsDisallowed": {
		"FROM scratch\nCMD [\"a\"]\nCMD [\"b\"]\n", "FROM scratch\nENTRYPOINT [\"a\"]\nENTRYPOINT [\"b\"]\nENTRYPOINT [\"c\"]\n", "FROM scratch\nHEALTHCHECK NONE\nHEALTHCHECK CMD [\"b\"]\n", "FROM scratch AS a\nCMD [\"a\"]\nFROM a\nCMD [\"b\"]\n",
		"FROM scratch\nONBUILD CMD [\"a\"]\nONBUILD CMD [\"b\"]\n", "FROM scratch\ncmd [\"a\"]\nCMD [\"b\"]\n", "FROM scratch AS a\nONBUILD CMD [\"a\"]\nFROM a\nCMD [\"b\"]\n",
		"FROM scratch\nCMD [\"a\"]\nENTRYPOINT [\"b\"]\n",
	},
	"LegacyKeyValueFormat": {
		"FROM scratch\nENV a b\n", "FROM scratch\nLABEL a b c\n", "FROM scratch\nENV a b=c\n", "FROM scratch\nENV a  \\\n  b\n", "FROM scratch\nONBUILD ENV a b\n", "FROM scratch\nenv a b\n",
		"FROM scratch\nENV a=b c=\"d e\"\nLABEL x=y\nARG z\n",
	},
	"InvalidBaseImagePlatform": {"FROM a:1\n", "FROM --platform=$BUILDPLATFORM a:1\n", "FROM scratch\n"},
	"RedundantTargetPlatform": {
		"FROM --platform=$TARGETPLATFORM scratch\n", "FROM --platform=${TARGETPLATFORM} scratch\n", "FROM --platform=${TARGETPLATFORM:-linux/amd64} scratch\n", "FROM --platform=\"$TARGETPLATFORM\" scratch\n",
		"FROM --platform=$TARGETOS/$TARGETARCH scratch\n", "FROM --platform=$TARGETPLATFORM/v8 scratch\n", "FROM --platform=$BUILDPLATFORM scratch\n",
	},
	"SecretsUsedInArgOrEnv": {
		"FROM scratch\nARG GITHUB_TOKEN\n", "FROM scratch\nENV password=x API_KEY=y NAME=z\n", "FROM scratch\nARG KEY AUTH X\n", "FROM scratch\nENV apikey=x \\\n  secret=y\n", "ARG TOKEN=x\nFROM scratch\n", "FROM scratch\nONBUILD ENV TOKEN=x\n",
		"FROM scratch\nENV SECRET_KEY_FILE=x\n", "FROM scratch\nENV token x\n", "FROM scratch\nENV PASSWORD=\n", "FROM scratch\nARG PASSWORD=${X}\nENV PASSWORD=$PASSWORD\n", "FROM scratch\nENV PWORD=x PASSWD=y CREDENTIALS=z\n", "FROM scratch\nARG NPM_TOKEN=\"abc\" OTHER=1\n",
		"FROM scratch\nENV PUBLIC_KEY=x KEY_VERSION=1 TOKENS=x MONKEY=x\nLABEL token=x\n",
	},
	"InvalidDefaultArgInFrom": {
		"ARG B\nFROM $B\n", "ARG T\nFROM a:$T\n", "FROM a:${X}\n", "ARG B=Bad\nFROM $B\n", "FROM scratch AS a\nFROM $Q\n", "ARG A\nARG B=$A\nFROM a:$B\n", "FROM a:\n", "ARG V=1\nFROM a:${V}-${W}\n",
		"ARG B=a\nFROM $B\nFROM a:${V:-1}\nFROM a:1$V\n",
	},
	"FromPlatformFlagConstDisallowed": {
		"FROM --platform=linux/amd64 scratch\n", "FROM --platform=linux/arm64 scratch AS build\n", "FROM --platform=linux/arm64 scratch AS build_arm64\n", "FROM --platform=arm64 scratch AS linux\n", "FROM --platform=windows scratch\n",
		"ARG P=linux/amd64\nFROM --platform=$P scratch\n",
	},
	"InvalidDefinitionDescription": {
		"# check=experimental=all\n# the base\nFROM scratch AS base\n", "# check=experimental=InvalidDefinitionDescription\n\n# version\nARG V=1\n# V is it\nARG V=2\nFROM scratch\n", "# check=experimental=all\n# X y\nARG A=1 B=2\nFROM scratch\n",
		"# check=experimental=all\n# x\n#\nFROM scratch AS base\n", "# check=experimental=all\n# base x\n\nFROM scratch AS base\n# not\n\n\n# this\nARG X\n", "# check=experimental=all\n# y\nFROM scratch\n# z\nCOPY a b\n",
		"# check=skip=X;experimental=all\n# base\n# more\nFROM scratch AS base\n",
		"# the base\nFROM scratch AS base\n# version\nARG V=1\n",
	},
	"ExposeProtoCasing": {
		"FROM scratch\nEXPOSE 80/TCP\n", "FROM scratch\nEXPOSE 80/tcp 81/Udp 82/TCP\n", "FROM scratch\nARG P=80/TCP\nEXPOSE $P\n", "FROM scratch\nONBUILD EXPOSE 80/TCP\n", "FROM scratch\nEXPOSE 80-82/TCP\n", "FROM scratch\nEXPOSE 80/tcp 81/udp 82\n",
	},
	"ExposeInvalidFormat": {
		"FROM scratch\nEXPOSE 80:8080\n", "FROM scratch\nEXPOSE 127.0.0.1:80:80\n", "FROM scratch\nEXPOSE 127.0.0.1::80\n", "FROM scratch\nEXPOSE [::1]:80:80/tcp 5000-5005:80-85 90\n", "FROM scratch\nEXPOSE 80:8080/TCP\n", "FROM scratch\nEXPOSE 80 81-82 $PORT\n",
	},
	"several": {
		"FROM scratch as X\nmaintainer me\nenv a b\nWORKDIR x\nCMD x\nCMD y\nEXPOSE 1:2/TCP\n",
		"# check=skip=all;error=true\nFROM scratch as x\nCMD x\n",
		"FROM scratch\n# check=skip=JSONArgsRecommended\nCMD x\nUSER $X\n",
		"FROM scratch AS a\nONBUILD ENV TOKEN=x\nONBUILD USER $X\nFROM a\n", // at the FROM that runs them
		"RUN x\nFROM scratch as x\n", "FROM scratch\nCOPY --from=5 a b\nUSER $X\n", "FROM $X\nFROM scratch as y\n",
	},
}

// TestBuildkitChecks holds that each warning of BuildKit is exactly one finding
// within BuildKit's lines, made by the rule of that check save for triggers, and that no finding claims to
// be BuildKit's where BuildKit is silent.
func TestBuildkitChecks(t *testing.T) {
	for check, files := range buildkitFiles {
		for i, text := range files {
			t.Run(fmt.Sprintf("%s_%d", check, i+1), func(t *testing.T) {
				if i == len(files)-1 && check != "several" {
					_, warnings := sideBySide(t, text)
					require.NotContains(t, names(warnings), check, "the last file is the silent one")
				}
				sameAsBuildkit(t, text)
			})
		}
	}
}

func sideBySide(t *testing.T, text string) ([]rule.Finding, []dockerfile.LintWarning) {
	t.Helper()
	project := ruletest.Load(t, ruletest.Parse("-- Dockerfile --\n"+text))
	require.Len(t, project.Dockerfiles, 1)
	rules := build.Rules()
	var on []rule.Configured
	for i := range rules {
		on = append(on, rule.Configured{Rule: &rules[i]})
	}
	found, err := rule.Run(on, project, time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	return found, project.Dockerfiles[0].Lint
}

func names(warnings []dockerfile.LintWarning) []string {
	var out []string
	for _, w := range warnings {
		out = append(out, w.Check)
	}
	return out
}

func sameAsBuildkit(t *testing.T, text string) {
	t.Helper()
	found, warnings := sideBySide(t, text)
	var ours []string
	taken := make([]bool, len(warnings))
	for _, f := range found {
		for _, alias := range f.SameAs() {
			check, ok := strings.CutPrefix(alias, "buildkit:")
			if !ok {
				continue
			}
			require.True(t, f.Rule.Name != "buildkit-check" || strings.Contains(text, "ONBUILD"), "no rule of its own found %s\n%s", f.Message, text)
			i := -1
			for k, w := range warnings {
				if i < 0 && !taken[k] && w.Check == check && w.First <= f.At.Start.Line && f.At.Start.Line <= w.Last {
					i = k
				}
			}
			if i < 0 && strings.HasPrefix(text, "RUN") {
				continue // BuildKit stops at the first line
			}
			if i < 0 {
				ours = append(ours, fmt.Sprintf("%s finds %s in line %d, where BuildKit is silent", f.Rule.ID, check, f.At.Start.Line))
				continue
			}
			taken[i] = true
		}
	}
	for i, w := range warnings {
		if !taken[i] {
			ours = append(ours, fmt.Sprintf("BuildKit warns of %s in line %d, and nothing here does", w.Check, w.First))
		}
	}
	require.Empty(t, ours, "%s\nBuildKit: %+v", text, warnings)
}

// TestEveryBuildkitCheckHasARule holds that no check is forgotten.
func TestEveryBuildkitCheckHasARule(t *testing.T) {
	for check := range buildkitFiles {
		if check == "several" {
			check = "CopyIgnoredFile" // BuildKit tells it with the build context at hand: see e2e
		}
		own := slices.ContainsFunc(build.Rules(), func(r rule.Rule) bool {
			return r.Name != "buildkit-check" && slices.Contains(r.Aliases, "buildkit:"+check)
		})
		require.True(t, own, check)
	}
}
