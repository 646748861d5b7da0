using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

// Extended attributes (xattr(7)): no file has any and none can be set, as on a file system without them.
public sealed partial class AttributeCalls
{
    private const string NoAttributes = "no file has extended attributes; setting one: EOPNOTSUPP";

    private void AddExtended(SyscallTable table)
    {
        table.Add(SyscallNumber.Getxattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.Follow, Errno.ENODATA), NoAttributes);
        table.Add(SyscallNumber.Lgetxattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.None, Errno.ENODATA), NoAttributes);
        table.Add(SyscallNumber.Fgetxattr, (in SyscallArguments a) => OnFile(in a, Errno.ENODATA), NoAttributes);
        table.Add(SyscallNumber.Listxattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.Follow, Errno.None), NoAttributes);
        table.Add(SyscallNumber.Llistxattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.None, Errno.None), NoAttributes);
        table.Add(SyscallNumber.Flistxattr, (in SyscallArguments a) => OnFile(in a, Errno.None), NoAttributes);
        table.Add(SyscallNumber.Setxattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.Follow, Errno.EOPNOTSUPP), NoAttributes);
        table.Add(SyscallNumber.Lsetxattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.None, Errno.EOPNOTSUPP), NoAttributes);
        table.Add(SyscallNumber.Fsetxattr, (in SyscallArguments a) => OnFile(in a, Errno.EOPNOTSUPP), NoAttributes);
        table.Add(SyscallNumber.Removexattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.Follow, Errno.ENODATA), NoAttributes);
        table.Add(SyscallNumber.Lremovexattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.None, Errno.ENODATA), NoAttributes);
        table.Add(SyscallNumber.Fremovexattr, (in SyscallArguments a) => OnFile(in a, Errno.ENODATA), NoAttributes);
    }

    private Result<long> OnPath(in SyscallArguments a, WalkFlags walk, Errno error)
    {
        Result<PathNode> node = NodeOf(in a, WorkingDirectory, a.Address0, 0, walk);
        return node.IsOk ? Done(error) : node.Error;
    }

    private static Result<long> OnFile(in SyscallArguments a, Errno error)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        return file.IsOk ? Done(error) : file.Error;
    }
}
