namespace Mote.Kernel.Vfs;

/// <summary>A mounted file system, as /proc/self/mountinfo lists it.</summary>
public sealed record Mount(FileSystem FileSystem, PathNode Root, string Path, string Options);
