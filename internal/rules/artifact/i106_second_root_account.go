package artifact

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var secondRootAccount = rule.Rule{
	ID:       "TW-I106",
	Name:     "second-root-account",
	Title:    "Account other than root with user ID 0",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whatever has the ID 0 is root, under any name. A second such account is a classic back door: locking root or reviewing its keys misses it, and `USER app` looks like an ordinary user while it is root.",
	Fix:      "Give the account an ID of its own: `RUN usermod -u 10001 NAME`, or remove it.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M29"}, {Standard: "practice", Control: "M8"},
		{Standard: "CIS Docker", Control: "4.1"}, {Standard: "NIST SP 800-190", Control: "4.1.2"},
	},
	Bad: []string{`
-- Dockerfile --
FROM scratch
COPY etc /etc
^^^^^^^^^^^^^ the account app has the user ID 0, which makes it root
-- image/app/image.yaml --
history:
- created_by: COPY etc /etc # buildkit
-- image/app/layer-0/etc/passwd --
root:x:0:0:root:/root:/bin/sh
app:x:0:1000::/app:/bin/sh
-- image/app/layer-0/etc/shadow --
root:*:19000:0:::::
app:*:19000:0:::::
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
app:x:1000:0::/app:/bin/sh
-- image/app/layer-0/etc/shadow --
root:*:19000:0:::::
app:*:19000:0:::::
`},
	Check: rule.EachBuild(checkSecondRootAccount),
}

func checkSecondRootAccount(p *rule.Pass, b *facts.Build) {
	for _, a := range b.Platform.Accounts {
		if a.UID != 0 || a.Name == "root" {
			continue
		}
		f := inLayer(b, a.Layer)
		f.Message = fmt.Sprintf("the account %s has the user ID 0, which makes it root", a.Name)
		f.Subject, f.Key = b.Image.Ref, a.Name
		f.Fix = &rule.Fix{Title: "give the account an ID of its own, or remove it"}
		p.Report(f)
	}
}
