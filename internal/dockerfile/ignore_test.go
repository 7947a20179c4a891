package dockerfile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func TestIgnores(t *testing.T) {
	f := parse(t, `# check=skip=JSONArgsRecommended,StageNameCasing;error=true
# hadolint global ignore=DL3006
# tidewaiter:ignore untagged-base until=2027-01-31 reason="waits for 13"
FROM debian

# hadolint ignore=DL3008,DL3009 # pinned by snapshot
# some other words
RUN apt-get update \
  # tidewaiter:ignore tls-verification-off reason="test server"
  # and more words
  && curl -k https://x \
  && true
COPY <<EOF /x
# tidewaiter:ignore not-a-comment
EOF
RUN <<EOF
# tidewaiter:ignore a
curl -k https://y
EOF
# check=skip=all for now
CMD x
# hadolint stage ignore=DL3059
FROM debian AS last
RUN a
RUN b
# tidewaiter:ignore
`)
	type short struct {
		line        int
		rules       []string
		first, last int
		foreign     string
		reason      string
	}
	var got []short
	for _, ig := range f.Ignores {
		got = append(got, short{ig.At.Start.Line, ig.Rules, ig.First, ig.Last, ig.Foreign, ig.Reason})
	}
	require.Equal(t, []short{
		{1, []string{"buildkit:JSONArgsRecommended", "buildkit:StageNameCasing"}, 0, 0, "buildkit", ""},
		{2, []string{"hadolint:DL3006"}, 0, 0, "hadolint", ""},
		{3, []string{"untagged-base"}, 4, 4, "", "waits for 13"},
		{6, []string{"hadolint:DL3008", "hadolint:DL3009"}, 8, 12, "hadolint", "pinned by snapshot"},
		{9, []string{"tls-verification-off"}, 11, 11, "", "test server"},
		{17, []string{"a"}, 18, 18, "", ""},
		{20, []string{"buildkit:all"}, 21, 21, "buildkit", "for now"},
		{22, []string{"hadolint:DL3059"}, 23, 25, "hadolint", ""},
		{26, nil, 26, 26, "", ""},
	}, got)
	require.Equal(t, time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC), f.Ignores[2].Until)
	require.NotEmpty(t, f.Ignores[8].Problem)
	require.True(t, f.Ignores[4].Covers(f.Stages[0].Instructions[0].Run.Commands[1].At))
	require.False(t, f.Ignores[4].Covers(f.Stages[0].Instructions[0].Run.Commands[0].At))
}

func TestCheckBelowACommentIsNoFileDirective(t *testing.T) {
	f := parse(t, "# words\n# check=skip=A\nFROM a:1\nCMD x\n")
	require.Equal(t, []int{3, 3}, []int{f.Ignores[0].First, f.Ignores[0].Last})
}

func TestIgnoreLimit(t *testing.T) {
	f := parse(t, "FROM a:1\n"+strings.Repeat("# tidewaiter:ignore x reason=y\n", source.MaxIgnores+5))
	require.Len(t, f.Ignores, source.MaxIgnores)
	require.Contains(t, f.NotAnalysed[0].Reason, "limit of 10000 ignore comments")
}

func TestIgnoreBelowTheSyntaxDirective(t *testing.T) {
	f := parse(t, "# syntax=acme/frontend:1\n# tidewaiter:ignore unpinned-frontend reason=\"ours\"\nFROM a:1\nUSER b\n")
	require.Equal(t, []int{1, 3}, []int{f.Ignores[0].First, f.Ignores[0].Last})
	require.True(t, f.Ignores[0].Covers(f.SyntaxAt))
}

// TestEmptyCommentEndsBuildkitsOptions holds that "# check=" reaches the
// instruction below it across empty lines but not across an empty comment.
func TestEmptyCommentEndsBuildkitsOptions(t *testing.T) {
	f := parse(t, "FROM a:1\n# check=skip=A\n\n# why\nUSER a\n# check=skip=B\n# hadolint ignore=DL3002\n#\n# check=skip=C\nUSER b\n")
	var got [][2]int
	for _, ig := range f.Ignores {
		got = append(got, [2]int{ig.First, ig.Last})
	}
	require.Equal(t, [][2]int{{5, 5}, {6, 6}, {10, 10}, {10, 10}}, got)
}
