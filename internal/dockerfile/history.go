package dockerfile

// history fills in CreatedBy and EmptyLayer.
func (in *Instruction) history() {}

// MatchesHistory reports whether a builder wrote createdBy for the instruction.
func (in *Instruction) MatchesHistory(createdBy string) bool { return false }
