namespace Mote.Kernel.Vfs;

/// <summary>A mounted file system, as /proc/self/mountinfo lists it.</summary>
public sealed record Mount(FileSystem FileSystem, PathNode Root, string Path, string Options)
{
    /// <summary>The number of the root's mount; the others follow in their order.</summary>
    public const int FirstId = 20;
}
