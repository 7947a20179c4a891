package build

import (
	"fmt"
	"strconv"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var sharedID = rule.Rule{
	ID:       "TW-D165",
	Name:     "shared-id",
	Title:    "Two accounts have the same number",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The kernel knows numbers only. Two users of one number are the same user, whose files and processes both can change, and a second user of number 0 is root under a name that no rule looks for.",
	Fix:      "Give every user and group a number of its own, and the one that runs the program one that is not 0.",
	Refs:     refs(cis, "4.1", nist, "4.1.2", practice, "M8", practice, "M29"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN groupadd -g 1000 app && useradd -u 1000 -g app app
RUN useradd -u 1000 -o helper && groupadd --gid=1000 -o helpers
#           ^^ user helper has the number 1000, which user app has
#                                         ^^^^^^^^^^ group helpers has the number 1000, which group app has
RUN adduser -D -u 0 admin
#              ^^ user admin has the number 0 and is root
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12 AS other
RUN useradd -u 1000 b
FROM debian:12
RUN groupadd -g 1000 app; addgroup -g 1001 more; adduser -u 1000 -G more app || useradd -u 1000 app
RUN useradd -u $ID x; useradd y
`},
	Check: rule.EachFinalStage(checkSharedID),
}

func checkSharedID(p *rule.Pass, s *dockerfile.Stage) {
	type key struct {
		id    int
		group bool
	}
	taken := map[key]account{}
	for _, st := range chain(s) {
		for _, run := range runs(st) {
			for _, c := range run.Commands {
				a, ok := created(c)
				id, err := strconv.Atoi(a.id.Value)
				if !ok || err != nil || a.name == "" {
					continue
				}
				kind, k := "user", key{id, a.group}
				if a.group {
					kind = "group"
				}
				before, twice := taken[k]
				switch {
				case id == 0 && !a.group && a.name != "root":
					shareID(p, st, a, fmt.Sprintf("user %s has the number 0 and is root", a.name), nil)
				case twice && before.name != a.name:
					shareID(p, st, a, fmt.Sprintf("%s %s has the number %d, which %[1]s %[4]s has", kind, a.name, id, before.name),
						[]source.Related{{At: before.id.At, Message: "the first account of that number"}})
				case !twice:
					taken[k] = a
				}
			}
		}
	}
}

func shareID(p *rule.Pass, s *dockerfile.Stage, a account, message string, related []source.Related) {
	p.Report(rule.Finding{
		Message: message, At: a.id.At, Related: related, Subject: stageSubject(s), Key: a.name,
		Fix: &rule.Fix{Title: "give the account a number of its own"},
	})
}
