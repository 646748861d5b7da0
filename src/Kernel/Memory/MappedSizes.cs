namespace Mote.Kernel.Memory;

/// <summary>What a map's areas are for, bytes (VmData and its neighbours in proc_pid_status(5); Linux counts the same way in vm_stat_account).</summary>
public readonly record struct MappedSizes(ulong Data, ulong Stack, ulong Code);
