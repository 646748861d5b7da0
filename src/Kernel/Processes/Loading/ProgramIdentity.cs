namespace Mote.Kernel.Processes;

/// <summary>What the loader must know of the process: ids for the auxiliary vector and how it is laid out.</summary>
public readonly record struct ProgramIdentity(uint Uid, uint EffectiveUid, uint Gid, uint EffectiveGid, ulong StackLimit, bool IsRandomized);
