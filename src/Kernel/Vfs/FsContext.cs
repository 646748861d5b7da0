using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>
/// From where and as whom a thread looks at the tree: root, working directory and umask, which threads share (CLONE_FS), and the ids and capabilities that file permissions are checked
/// against, which are each thread's own once it changes them.
/// </summary>
public sealed class FsContext
{
    private readonly FsPlaces _places;
    private uint[] _groups = [];

    public FsContext(PathNode root)
        : this(new FsPlaces(root))
    {
    }

    private FsContext(FsPlaces places) => _places = places;

    public PathNode Root
    {
        get => _places.Root;
        set => _places.Root = value;
    }

    public PathNode WorkingDirectory
    {
        get => _places.WorkingDirectory;
        set => _places.WorkingDirectory = value;
    }

    /// <summary>Permission bits that new files do not get.</summary>
    public uint Umask
    {
        get => _places.Umask;
        set => _places.Umask = value;
    }

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
    public FsContext Clone() => Of(_places.Clone(), Uid, Gid, Capabilities.Clone());

    /// <summary>Another thread's look at the same places, with ids and capabilities that may change without this one's.</summary>
    public FsContext WithOwnIdentity() => Of(_places, Uid, Gid, Capabilities.Clone());

    /// <summary>The same identity in places of its own (unshare(2), CLONE_FS not given).</summary>
    public FsContext WithOwnPlaces() => Of(_places.Clone(), Uid, Gid, Capabilities);

    /// <summary>The same places looked at as somebody else, for one call.</summary>
    public FsContext As(uint uid, uint gid, CapabilitySets capabilities) => Of(_places, uid, gid, capabilities);

    private FsContext Of(FsPlaces places, uint uid, uint gid, CapabilitySets capabilities) => new(places)
    {
        Uid = uid,
        Gid = gid,
        Capabilities = capabilities,
        _groups = _groups,
    };
}
