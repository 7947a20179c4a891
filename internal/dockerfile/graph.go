package dockerfile

// link resolves the references between stages and gives every stage its role,
// seen from the last one. A stage may copy from one that stands further below.
func (r *reader) link() {
	stages := r.file.Stages
	for _, s := range stages {
		for _, in := range s.Instructions {
			if in.From != nil {
				in.From.Stage = r.stageRef(in.From.Text)
			}
			for i := range in.Mounts {
				if from := in.Mounts[i].From; from != nil {
					from.Stage = r.stageRef(from.Text)
				}
			}
		}
		s.Role = RoleUnused
	}
	last := stages[len(stages)-1]
	last.Last = true
	for s := last; s != nil; s = s.Parent {
		s.Role = RoleFinal
	}
	for s := last; s != nil; s = s.Parent {
		for _, in := range s.Instructions {
			if in.From != nil {
				in.From.Stage.reach(RoleCopiedFrom)
			}
			for _, m := range in.Mounts {
				if m.From != nil {
					m.From.Stage.reach(RoleBuildOnly)
				}
			}
		}
	}
}

// reach gives a stage, its ancestors and all they use at least the given role.
// What a copied stage itself copies or mounts is only needed to build.
func (s *Stage) reach(role Role) {
	for ; s != nil && s.Role > role; s = s.Parent {
		s.Role = role
		for _, in := range s.Instructions {
			if in.From != nil {
				in.From.Stage.reach(RoleBuildOnly)
			}
			for _, m := range in.Mounts {
				if m.From != nil {
					m.From.Stage.reach(RoleBuildOnly)
				}
			}
		}
	}
}
