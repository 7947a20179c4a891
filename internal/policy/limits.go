package policy

// MaxWaivers bounds the waivers of one configuration. Each finding is held
// against all of them, and each stale one is a finding.
const MaxWaivers = 5_000

// MaxBaseline bounds the findings that one baseline accepts.
const MaxBaseline = 100_000
