using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Processes;

/// <summary>What the loader must know of the process: ids for the auxiliary vector, whether the program's file may change them, and how it is laid out.</summary>
public readonly record struct ProgramIdentity(uint Uid, uint EffectiveUid, uint Gid, uint EffectiveGid, ulong StackLimit, bool IsRandomized, bool MayChangeIds)
{
    /// <summary>AT_SECURE: the program runs with rights that its caller may not have, and must not trust what that one gave it (ld.so(8)).</summary>
    public bool IsSecure => EffectiveUid != Uid || EffectiveGid != Gid;

    /// <summary>The ids under which a file runs: those that its set-user-id and set-group-id bits give, unless its file system is mounted with "nosuid" (execve(2)).</summary>
    public ProgramIdentity Of(Inode file, FileTree tree)
    {
        file.GetAttributes(out InodeAttributes attributes);
        const uint Group = ModeBits.SetGroupId | ModeBits.GroupExecute;
        bool isUserSet = (attributes.Mode & ModeBits.SetUserId) != 0;
        bool isGroupSet = (attributes.Mode & Group) == Group;
        if (!MayChangeIds || (!isUserSet && !isGroupSet) || tree.IgnoresSetIds(file.FileSystem))
        {
            return this;
        }

        return this with { EffectiveUid = isUserSet ? attributes.Uid : EffectiveUid, EffectiveGid = isGroupSet ? attributes.Gid : EffectiveGid };
    }
}
