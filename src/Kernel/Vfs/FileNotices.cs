using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// Tells watches what happens in the tree (inotify(7)). An event of a file goes to the watches on the directory that it was reached through, with its name, and then to those
/// on the file itself. The order of events is Linux's (include/linux/fsnotify.h). Without a watch an event costs two reads.
/// </summary>
public static class FileNotices
{
    /// <summary>Something was done to an open file, or to a file through its path.</summary>
    public static void Post(PathNode node, FileEvents events)
    {
        if (node.Inode.FirstWatch != null || node.Parent?.Inode.FirstWatch != null)
        {
            Deliver(node, events);
        }
    }

    /// <summary>A name of a directory came, went or moved. <paramref name="cookie"/> joins the two halves of a move.</summary>
    public static void PostName(Inode directory, FileEvents events, ReadOnlySpan<byte> name, Inode named, uint cookie = 0)
    {
        if (directory.FirstWatch != null)
        {
            Tell(directory, events | KindOf(named), name, cookie, isUnlinked: false);
        }
    }

    /// <summary>Something happened to an inode, whatever its names.</summary>
    public static void PostSelf(Inode inode, FileEvents events)
    {
        if (inode.FirstWatch != null)
        {
            // IN_ISDIR does not come with what a directory tells of itself being moved or deleted (fs/notify/inotify/inotify_fsnotify.c).
            FileEvents kind = (events & (FileEvents.MoveSelf | FileEvents.DeleteSelf)) == 0 ? KindOf(inode) : FileEvents.None;
            Tell(inode, events | kind, default, 0, isUnlinked: false);
        }
    }

    /// <summary>A name or an open description of the inode went away: when it was the last, the inode is gone, and its watches with it.</summary>
    internal static void PostGone(Inode inode)
    {
        if (inode.FirstWatch == null || inode.OpenCount > 0)
        {
            return;
        }

        inode.GetAttributes(out InodeAttributes attributes);
        if (attributes.Links > 0)
        {
            return;
        }

        PostSelf(inode, FileEvents.DeleteSelf);
        while (inode.FirstWatch is InotifyWatch watch)
        {
            watch.File.Forget(watch);
        }
    }

    private static FileEvents KindOf(Inode inode) => inode.IsDirectory ? FileEvents.IsDirectory : FileEvents.None;

    private static void Deliver(PathNode node, FileEvents events)
    {
        events |= KindOf(node.Inode);
        if (node.Parent?.Inode is { FirstWatch: not null } directory)
        {
            Tell(directory, events, node.Name, 0, node.IsDeleted);
        }

        if (node.Inode.FirstWatch != null)
        {
            Tell(node.Inode, events, default, 0, isUnlinked: false);
        }
    }

    [MayAllocate("only for a watched file; the queue's growth is asked for, and refused it becomes IN_Q_OVERFLOW")]
    private static void Tell(Inode inode, FileEvents events, ReadOnlySpan<byte> name, uint cookie, bool isUnlinked)
    {
        InotifyWatch? watch = inode.FirstWatch;
        while (watch != null)
        {
            InotifyWatch? next = watch.Next;
            watch.Receive(events, name, cookie, isUnlinked);
            watch = next;
        }
    }
}
