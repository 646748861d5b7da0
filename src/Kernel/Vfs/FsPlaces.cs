namespace Mote.Kernel.Vfs;

/// <summary>Root, working directory and umask: what threads share with CLONE_FS, and what unshare(2) divides.</summary>
internal sealed class FsPlaces(PathNode root)
{
    public PathNode Root { get; set; } = root;

    public PathNode WorkingDirectory { get; set; } = root;

    /// <inheritdoc cref="FsContext.Umask"/>
    public uint Umask { get; set; } = 0x12; // 022

    public FsPlaces Clone() => (FsPlaces)MemberwiseClone();
}
