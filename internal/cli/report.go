package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/report"
	"github.com/tidewaiter/tidewaiter/internal/rules"
)

const reportLong = `report writes a saved result in another form, without judging anything again:

  tidewaiter check --output json=result.json
  tidewaiter report --from result.json --format markdown

The exit code is that of the saved result.`

func newReport(env Env) *cobra.Command {
	var o checkOptions
	var from string
	c := &cobra.Command{
		Use: "report --from FILE", Short: "Write a saved JSON result in another format", Long: reportLong,
		Args: arguments(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			outs, err := parseOutputs(o)
			if err != nil {
				return err
			}
			result, err := readResult(from)
			if err != nil {
				return err
			}
			if err := outs.write(env, result); err != nil {
				return err
			}
			switch result.Result {
			case "pass":
				return nil
			case "fail":
				return errBlocked
			}
			return errSilent
		},
	}
	f := c.Flags()
	f.StringVar(&from, "from", "", "the JSON result `FILE`, as check --output json=FILE writes it")
	f.StringVar(&o.format, "format", "text", "what to print: "+formatNames())
	f.StringArrayVar(&o.outputs, "output", nil, "also write `FORMAT=FILE`; repeatable")
	return c
}

func readResult(path string) (*gate.Result, error) {
	if path == "" {
		return nil, &flagError{fmt.Errorf("name the saved result: --from result.json")}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &gate.UsageError{Reason: "--from: " + err.Error()}
	}
	defer f.Close()
	result, err := report.Decode(f)
	if err != nil {
		return nil, &gate.UsageError{Reason: fmt.Sprintf("--from %s: %v", path, err)}
	}
	for _, r := range rules.All() {
		result.Rules = append(result.Rules, gate.Describe(&r))
	}
	return result, nil
}
