package manifest

// Workloads returns the objects of the render that run pods.
func (r *Render) Workloads() []*Workload { return nil }

// PodSecurity returns what the workload fails of the Pod Security Standards.
func (w *Workload) PodSecurity() []PodSecurityResult { return nil }
