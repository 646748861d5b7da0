using System;
using Mote.Abi.Linux;

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

    /// <summary>What permissions and ids alone do not allow.</summary>
    public CapabilitySets Capabilities { get; init; } = new();

    public bool Has(Capability capability) => Capabilities.Has(capability);

    public void SetGroups(ReadOnlySpan<uint> groups) => _groups = groups.ToArray();

    public bool IsInGroup(uint gid) => gid == Gid || Groups.Contains(gid);

    /// <summary>A copy for a new process.</summary>
    public FsContext Clone() => As(Uid, Gid, Capabilities.Clone());

    /// <summary>The same places looked at as somebody else, for one call.</summary>
    public FsContext As(uint uid, uint gid, CapabilitySets capabilities) => new(Root)
    {
        WorkingDirectory = WorkingDirectory,
        Umask = Umask,
        Uid = uid,
        Gid = gid,
        Capabilities = capabilities,
        _groups = _groups,
    };
}
