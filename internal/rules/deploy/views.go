package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// Other tools read the same fields with less of what stands around them. A
// finding names a tool's check only where that reading reports too, so the
// readings that several rules need are here, one function each.

// concerned returns the containers that a finding is about: one, or where it is
// about the pod, all that start with it.
func concerned(w *manifest.Workload, c *manifest.Container) []*manifest.Container {
	if c != nil {
		return []*manifest.Container{c}
	}
	return containers(w, started)
}

// started reports whether a container is among those that the manifest starts:
// ephemeral ones are added by hand.
func started(c *manifest.Container) bool { return c.Kind != "ephemeral" }

// someContainer reports whether any of the containers has a property.
func someContainer(cs []*manifest.Container, has func(*manifest.Container) bool) bool {
	return slices.ContainsFunc(cs, has)
}

// security returns a field of the container's own securityContext.
func security(c *manifest.Container, keys ...string) manifest.Field {
	return c.Field.Get("securityContext").Get(keys...)
}

func isTrue(f manifest.Field) bool  { on, ok := f.Bool(); return ok && on }
func isFalse(f manifest.Field) bool { on, ok := f.Bool(); return ok && !on }

// numbered reports whether a user or group is stated and not root's.
func numbered(f manifest.Field) bool { n, ok := f.Int(); return ok && n > 0 }

// linterRoot is kube-linter's reading of run-as-non-root: a user and a group
// other than root, or a demand for one together with a group.
func linterRoot(c *manifest.Container) bool {
	uid, gid := c.Setting("runAsUser"), c.Setting("runAsGroup")
	zero, stated := uid.Int()
	return !numbered(gid) || !numbered(uid) && (!isTrue(c.Setting("runAsNonRoot")) || stated && zero == 0)
}

// polarisRoot is polaris's reading of runAsRootAllowed: the container states a
// user or demands one, or the pod does and the container says nothing against it.
func polarisRoot(c *manifest.Container) bool {
	good := func(sc manifest.Field) bool { return numbered(sc.Get("runAsUser")) || isTrue(sc.Get("runAsNonRoot")) }
	own := c.Field.Get("securityContext")
	bad := own.Get("runAsUser").Exists() && !numbered(own.Get("runAsUser")) || isFalse(own.Get("runAsNonRoot"))
	return !good(own) && (bad || !good(c.Workload.PodSpec.Get("securityContext")))
}

// auditRoot is kubeaudit's reading of nonroot: the container's user, else the
// pod's, else the container's demand, else the pod's.
func auditRoot(c *manifest.Container) bool {
	if n, ok := c.Setting("runAsUser").Int(); ok {
		return n == 0
	}
	return !isTrue(c.Setting("runAsNonRoot"))
}

// capabilityList returns what a container adds or drops, in capitals.
func capabilityList(c *manifest.Container, list string) []string {
	out := security(c, "capabilities", list).Strings()
	for i := range out {
		out[i] = strings.ToUpper(out[i])
	}
	return out
}

// keepsRaw is kube-linter's reading of drop-net-raw-capability, which looks only
// at containers that say anything about capabilities.
func keepsRaw(c *manifest.Container) bool {
	if !security(c, "capabilities").Exists() {
		return false
	}
	raw := func(name string) bool { return strings.Contains(name, "NET_RAW") || strings.EqualFold(name, "ALL") }
	return slices.ContainsFunc(security(c, "capabilities", "add").Strings(), raw) ||
		!slices.ContainsFunc(security(c, "capabilities", "drop").Strings(), raw)
}

// insecure is polaris's reading of insecureCapabilities: ALL is dropped, or each
// of those that runtimes give by default.
func insecure(c *manifest.Container) bool {
	dropped := capabilityList(c, "drop")
	each := !slices.ContainsFunc(givenCapabilities[:], func(name string) bool { return !slices.Contains(dropped, name) })
	return slices.Contains(dropped, "ALL") == each
}

var givenCapabilities = [...]string{"NET_ADMIN", "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID",
	"SETFCAP", "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"}

// noContainer reports whether none of the containers of a workload has what
// kubesec gives points for: it is content with one.
func noContainer(w *manifest.Workload, good func(*manifest.Container) bool) bool {
	return len(containers(w, func(c *manifest.Container) bool { return started(c) && good(c) })) == 0
}
