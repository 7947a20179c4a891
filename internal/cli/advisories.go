package cli

import (
	"cmp"
	"fmt"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/tidewaiter/tidewaiter/internal/advisory"
)

const buildLong = `build compiles OSV's vulnerability data into compact shards, one for each ecosystem
and release (Debian:12, npm, …), one for the malware of each ecosystem, and one for
what CISA and FIRST know of CVEs.

  tidewaiter advisories build --out shards
  tidewaiter advisories build --from mirror/osv --ecosystem Go --ecosystem Debian --out shards
  tidewaiter advisories build --out shards --kev known_exploited_vulnerabilities.json --epss epss_scores-current.csv.gz

The folder can be given to check --advisories as it is, or be published with
advisories push. The same input and SOURCE_DATE_EPOCH give the same bytes.`

// newAdvisories is what makes and publishes vulnerability data.
func newAdvisories(env Env) *cobra.Command {
	c := &cobra.Command{
		Use: "advisories", Short: "Build and publish vulnerability data", Args: noSubcommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newAdvisoriesBuild(env))
	return c
}

func newAdvisoriesBuild(env Env) *cobra.Command {
	var o advisory.BuildOptions
	c := &cobra.Command{
		Use: "build", Short: "Compile OSV data into shards", Long: buildLong, Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Out == "" {
				return &flagError{fmt.Errorf("name the folder to write: --out DIR")}
			}
			built, err := sourceDate(env)
			if err != nil {
				return err
			}
			o.Built, o.Transport = built, env.Transport
			o.Warn = func(text string) { fmt.Fprintln(env.Stderr, "note: "+text) }
			x, err := advisory.Build(c.Context(), o)
			if err != nil {
				return fmt.Errorf("advisories build: %w", err)
			}
			return listShards(env, x)
		},
	}
	f := c.Flags()
	f.StringVar(&o.From, "from", "", "OSV data: a `DIR`, a zip or a URL in OSV's layout (default OSV's public data)")
	f.StringVar(&o.Out, "out", "", "folder to write the shards to, `DIR`")
	f.StringArrayVar(&o.Ecosystems, "ecosystem", nil, "only this `ECOSYSTEM` (Debian, npm, …); repeatable (default all that packages are looked up in)")
	f.StringVar(&o.KEV, "kev", "", "CISA's known exploited vulnerabilities as JSON, `FILE` or URL")
	f.StringVar(&o.EPSS, "epss", "", "FIRST's EPSS scores as CSV or CSV.gz, `FILE` or URL")
	return c
}

// sourceDate is the date to build for: SOURCE_DATE_EPOCH
// (https://reproducible-builds.org/specs/source-date-epoch/), else now.
func sourceDate(env Env) (time.Time, error) {
	text := env.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		return env.Now().UTC(), nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, &flagError{fmt.Errorf("SOURCE_DATE_EPOCH=%q: write seconds since 1970", text)}
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// listShards prints one line a shard.
func listShards(env Env, x *advisory.Index) error {
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SHARD\tRECORDS\tPACKAGES\tBYTES\tNEWEST")
	var size int64
	for _, e := range x.Shards {
		newest := ""
		if !e.Modified.IsZero() {
			newest = e.Modified.Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\n", e.Header, e.Records, e.Packages, e.Size, cmp.Or(newest, "unknown"))
		size += e.Size
	}
	fmt.Fprintf(w, "%d shards\t\t\t%d\t\n", len(x.Shards), size)
	return w.Flush()
}
