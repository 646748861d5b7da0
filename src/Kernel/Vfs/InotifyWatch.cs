using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>The interest of an inotify instance in an inode: a member of the inode's list and of the instance's table.</summary>
internal sealed class InotifyWatch(InotifyFile file, int number, Inode inode, FileEvents events)
{
    public InotifyFile File { get; } = file;

    /// <summary>The watch descriptor.</summary>
    public int Number { get; } = number;

    public Inode Inode { get; } = inode;

    /// <summary>What it wants to hear of, with IN_ONESHOT and IN_EXCL_UNLINK.</summary>
    public FileEvents Events { get; set; } = events;

    /// <summary>The next watch on the same inode.</summary>
    internal InotifyWatch? Next { get; set; }

    /// <summary>Something happened to the inode, or to the entry <paramref name="name"/> of the directory.</summary>
    public void Receive(FileEvents events, ReadOnlySpan<byte> name, uint cookie, bool isUnlinked)
    {
        if ((Events & events & FileEvents.All) == 0 || (isUnlinked && (Events & FileEvents.ExcludeUnlinked) != 0))
        {
            return;
        }

        File.Report(Number, events, cookie, name);
        if ((Events & FileEvents.OneShot) != 0)
        {
            File.Forget(this);
        }
    }
}
