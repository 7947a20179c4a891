package image_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
)

func TestAccounts(t *testing.T) {
	// Hashes made with "openssl passwd -6|-5|-1 -salt abcdefgh PASSWORD".
	const (
		root6    = "$6$abcdefgh$cnW4XDznaFa1hR9LnqrjoiAqed87oTXop3rUraOEgMC9xZ8cZ4bnv81B/PgWNFtDN0PNbtGZlCIhm8Jws2OPr0"
		toor1    = "$1$abcdefgh$pK0Bp1VYQIo78LEcSA7zK0"
		alice5   = "$5$abcdefgh$URi9eqkhxdxlu9UtfXzW3LOpltK.mcInr1VGKU7F1zD"
		strange6 = "$6$abcdefgh$yIZAF3gQPvtKZO/9qOJKffAKKbtS3ef3qmwyugk4uWVjX8YZf/GV3A8SkFxEPY0T56CcilGrHKLffBsp6dLMG."
	)
	passwd := "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/usr/sbin/nologin\nalice:x:1000:1000::/home/alice:/bin/sh\n" +
		"bob:x:1001:1001::/:/bin/sh\ncarol:x:1002:1002::/:/bin/sh\ndave::1003:1003::/:/bin/sh\neve:x:1004:1004::/:/bin/sh\n" +
		"old:" + toor1 + ":1005:1005::/:/bin/sh\nyes:x:1006:1006::/:/bin/sh\nslow:x:1007:1007::/:/bin/sh\n" +
		"broken:x\n\nodd:x:-1:4294967296::/:/bin/sh\n"
	shadow := "root:" + root6 + ":19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\nalice:" + alice5 + ":1:::::\nbob:" + strange6 + ":1:::::\n" +
		"carol::1:::::\nyes:$y$j9T$abc$def:1:::::\nslow:$6$rounds=999999999$abcdefgh$x:1:::::\nodd:!:1:::::\n"
	p := read(t, layers(
		layer("etc/passwd", "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/usr/sbin/nologin\n", "etc/shadow", "root:*:1:::::\ndaemon:*:18000:0:99999:7:::\n"),
		layer("etc/passwd", passwd), layer("etc/shadow", shadow),
	))
	got := map[string]image.Account{}
	for _, a := range p.Accounts {
		got[a.Name] = a
	}
	require.Equal(t, map[string]image.Account{
		"root":   {Name: "root", Shell: "/bin/bash", Password: "default", Layer: 2},
		"daemon": {Name: "daemon", Shell: "/usr/sbin/nologin", UID: 1, GID: 1, Password: "locked", Layer: 0},
		"alice":  {Name: "alice", Shell: "/bin/sh", UID: 1000, GID: 1000, Password: "default", Layer: 2},
		"bob":    {Name: "bob", Shell: "/bin/sh", UID: 1001, GID: 1001, Password: "set", Layer: 2},
		"carol":  {Name: "carol", Shell: "/bin/sh", UID: 1002, GID: 1002, Password: "empty", Layer: 2},
		"dave":   {Name: "dave", Shell: "/bin/sh", UID: 1003, GID: 1003, Password: "empty", Layer: 1},
		"eve":    {Name: "eve", Shell: "/bin/sh", UID: 1004, GID: 1004, Password: "shadow-missing", Layer: 1},
		"old":    {Name: "old", Shell: "/bin/sh", UID: 1005, GID: 1005, Password: "default", Layer: 1},
		"yes":    {Name: "yes", Shell: "/bin/sh", UID: 1006, GID: 1006, Password: "set", Layer: 2},
		"slow":   {Name: "slow", Shell: "/bin/sh", UID: 1007, GID: 1007, Password: "set", Layer: 2},
		"odd":    {Name: "odd", Shell: "/bin/sh", UID: -1, GID: -1, Password: "locked", Layer: 2},
	}, got)
}

func TestAccountsWithoutShadow(t *testing.T) {
	p := read(t, layers(layer("etc/passwd", "root:x:0:0::/:/bin/sh\n")))
	require.Equal(t, "shadow-missing", p.Accounts[0].Password)
	require.Empty(t, read(t, layers(layer("a", "b"))).Accounts)
}
