package artifact

import (
	"fmt"
	"path"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var weakPassword = rule.Rule{
	ID:       "TW-I010",
	Name:     "weak-password",
	Title:    "Account with an empty or well-known password",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Any process of the container that may start `su`, and anything that offers a login, becomes that user without a password, or with one from every attacker's list.",
	Fix:      "Lock the account: `RUN passwd -l root`, or `!` in the second field of `/etc/shadow`. Containers need no passwords.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M29"},
		{Standard: "NIST SP 800-190", Control: "4.1.2"},
	},
	Aliases: []string{"dockle:DKL-LI-0001"},
	Bad: []string{`
-- Dockerfile --
FROM scratch
COPY etc /etc
^^^^^^^^^^^^^ the account root has an empty password
^^^^^^^^^^^^^ the account svc has an empty password, and no shell to log in to
-- image/app/image.yaml --
history:
- created_by: COPY etc /etc # buildkit
-- image/app/layer-0/etc/passwd --
root:x:0:0:root:/root:/bin/sh
svc::100:100::/:/usr/sbin/nologin
daemon:x:2:2::/:/sbin/nologin
-- image/app/layer-0/etc/shadow --
root::19000:0:::::
daemon:!:19000:0:::::
`},
	Good: []string{`
-- Dockerfile --
FROM scratch
COPY etc /etc
-- image/app/image.yaml --
history:
- created_by: COPY etc /etc # buildkit
-- image/app/layer-0/etc/passwd --
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/:/sbin/nologin
-- image/app/layer-0/etc/shadow --
root:*:19000:0:::::
`},
	Check: rule.EachBuild(checkWeakPassword),
}

func checkWeakPassword(p *rule.Pass, b *facts.Build) {
	for _, a := range b.Platform.Accounts {
		var what string
		same := p.Rule.Aliases
		switch a.Password {
		case "empty":
			what = "an empty password"
		case "default":
			what = "a well-known password"
			same = []string{}
		default:
			continue
		}
		f := inLayer(b, a.Layer)
		f.Message = fmt.Sprintf("the account %s has %s", a.Name, what)
		if sh := path.Base(a.Shell); sh == "nologin" || sh == "false" {
			f.Severity = rule.Medium
			f.Message += ", and no shell to log in to"
		}
		f.Subject, f.Key, f.Aliases = b.Image.Ref, a.Name, same
		f.Fix = &rule.Fix{Title: "lock the account: RUN passwd -l " + a.Name}
		p.Report(f)
	}
}
