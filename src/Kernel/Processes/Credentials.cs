namespace Mote.Kernel.Processes;

/// <summary>User and group ids of a process (credentials(7)). Root has every capability, nobody else has any.</summary>
public sealed class Credentials
{
    public uint Uid { get; set; }

    public uint EffectiveUid { get; set; }

    public uint SavedUid { get; set; }

    public uint Gid { get; set; }

    public uint EffectiveGid { get; set; }

    public uint SavedGid { get; set; }

    public bool IsPrivileged => EffectiveUid == 0;

    public Credentials Clone() => new()
    {
        Uid = Uid,
        EffectiveUid = EffectiveUid,
        SavedUid = SavedUid,
        Gid = Gid,
        EffectiveGid = EffectiveGid,
        SavedGid = SavedGid,
    };
}
