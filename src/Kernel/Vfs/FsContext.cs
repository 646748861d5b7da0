using System;

namespace Mote.Kernel.Vfs;

/// <summary>
/// From where and as whom a process looks at the tree: root, working directory, umask and the ids that file permissions are checked against. Shared by
/// threads (CLONE_FS), copied by fork.
/// </summary>
public sealed class FsContext
{
    private uint[] _groups = [];

    public FsContext(PathNode root)
    {
        Root = root;
        WorkingDirectory = root;
    }

    public PathNode Root { get; set; }

    public PathNode WorkingDirectory { get; set; }

    /// <summary>Permission bits that new files do not get.</summary>
    public uint Umask { get; set; } = 0x12; // 022

    /// <summary>The file-system user id: the effective one unless setfsuid(2) was used.</summary>
    public uint Uid { get; set; }

    public uint Gid { get; set; }

    /// <summary>Supplementary groups.</summary>
    public ReadOnlySpan<uint> Groups => _groups;

    /// <summary>Root: permission bits do not stop it (CAP_DAC_OVERRIDE, CAP_FOWNER).</summary>
    public bool IsPrivileged => Uid == 0;

    public void SetGroups(ReadOnlySpan<uint> groups) => _groups = groups.ToArray();

    public bool IsInGroup(uint gid) => gid == Gid || Groups.Contains(gid);

    /// <summary>A copy for a new process.</summary>
    public FsContext Clone() => new(Root)
    {
        WorkingDirectory = WorkingDirectory,
        Umask = Umask,
        Uid = Uid,
        Gid = Gid,
        _groups = _groups,
    };
}
