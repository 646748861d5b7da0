using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>inotify_init(2), inotify_add_watch(2), inotify_rm_watch(2); fanotify is refused.</summary>
public sealed class InotifyCalls(FileServices services) : FileFamily(services)
{
    private const OpenFlags InitFlags = OpenFlags.CloseOnExec | OpenFlags.NonBlock;

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.InotifyInit, (in SyscallArguments a) => Create(in a, 0));
        table.Add(SyscallNumber.InotifyInit1, (in SyscallArguments a) => Create(in a, (OpenFlags)unchecked((uint)a.A0)));
        table.Add(SyscallNumber.InotifyAddWatch, AddWatch);
        table.Add(SyscallNumber.InotifyRmWatch, RemoveWatch);
        table.Refuse(SyscallNumber.FanotifyInit, static (in SyscallArguments a) => Errno.ENOSYS, "ENOSYS");
    }

    private Result<long> Create(in SyscallArguments a, OpenFlags flags)
    {
        if ((flags & ~InitFlags) != 0)
        {
            return Errno.EINVAL;
        }

        if (Tree.Inotify.Instances >= Tree.Inotify.InstanceLimit)
        {
            return Errno.EMFILE;
        }

        InotifyFile file = new(Tree, flags & OpenFlags.NonBlock);
        Result<int> added = a.Process.Files.Add(file, (flags & OpenFlags.CloseOnExec) != 0);
        if (added.IsOk)
        {
            return added.Value;
        }

        file.Release();
        return added.Error;
    }

    private Result<long> AddWatch(in SyscallArguments a)
    {
        // The order of these checks is Linux's (fs/notify/inotify/inotify_user.c).
        FileEvents mask = (FileEvents)unchecked((uint)a.A2);
        if ((mask & FileEvents.Known) == 0)
        {
            return Errno.EINVAL;
        }

        Result<OpenFile> found = FileOf(in a, a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        if ((mask & (FileEvents.MaskAdd | FileEvents.MaskCreate)) == (FileEvents.MaskAdd | FileEvents.MaskCreate) || found.Value is not InotifyFile file)
        {
            return Errno.EINVAL;
        }

        WalkFlags walk = ((mask & FileEvents.DoNotFollow) == 0 ? WalkFlags.Follow : WalkFlags.None) | ((mask & FileEvents.OnlyDirectory) != 0 ? WalkFlags.Directory : WalkFlags.None);
        Result<PathNode> node = NodeOf(in a, WorkingDirectory, a.Address1, 0, walk);
        if (!node.IsOk)
        {
            return node.Error;
        }

        Errno error = FileTree.CheckAccess(a.Thread.Fs, node.Value, Vfs.Access.Read);
        if (error != Errno.None)
        {
            return error;
        }

        Result<int> watch = file.Watch(node.Value.Inode, mask);
        return watch.IsOk ? watch.Value : watch.Error;
    }

    private Result<long> RemoveWatch(in SyscallArguments a)
    {
        Result<OpenFile> found = FileOf(in a, a.Int0);
        return !found.IsOk ? found.Error : found.Value is InotifyFile file ? Done(file.Remove(a.Int1)) : Errno.EINVAL;
    }
}
