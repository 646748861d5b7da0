namespace Mote.Kernel.Vfs;

// Those who are told what happens to the inode (inotify(7)).
public abstract partial class Inode
{
    internal InotifyWatch? FirstWatch { get; set; }
}
