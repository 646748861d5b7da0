namespace Mote.Kernel.Vfs;

/// <summary>New values for some of an inode's attributes; null leaves one as it is. The caller has checked who may change what.</summary>
public struct AttributeChanges
{
    /// <summary>Permission bits, 0 to 07777.</summary>
    public uint? Mode;

    public uint? Uid;
    public uint? Gid;
    public FileTime? Accessed;
    public FileTime? Modified;
}
