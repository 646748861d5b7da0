using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

// Extended attributes (xattr(7)): no file has any and none can be set, as on a file system without them. What the program passes is looked at all the same.
public sealed partial class AttributeCalls
{
    private const string NoAttributes = "no file has extended attributes; setting one: EOPNOTSUPP";

    // XATTR_NAME_MAX and XATTR_SIZE_MAX (linux/limits.h).
    private const int MaximumName = 255;
    private const ulong MaximumValue = 65536;

    private void AddExtended(SyscallTable table)
    {
        table.Add(SyscallNumber.Getxattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.Follow, Errno.ENODATA, named: true), NoAttributes);
        table.Add(SyscallNumber.Lgetxattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.None, Errno.ENODATA, named: true), NoAttributes);
        table.Add(SyscallNumber.Fgetxattr, (in SyscallArguments a) => OnFile(in a, Errno.ENODATA, named: true), NoAttributes);
        table.Add(SyscallNumber.Listxattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.Follow, Errno.None, named: false), NoAttributes);
        table.Add(SyscallNumber.Llistxattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.None, Errno.None, named: false), NoAttributes);
        table.Add(SyscallNumber.Flistxattr, (in SyscallArguments a) => OnFile(in a, Errno.None, named: false), NoAttributes);
        table.Add(SyscallNumber.Setxattr, (in SyscallArguments a) => CheckValue(in a, OnPath(in a, WalkFlags.Follow, Errno.EOPNOTSUPP, named: true)), NoAttributes);
        table.Add(SyscallNumber.Lsetxattr, (in SyscallArguments a) => CheckValue(in a, OnPath(in a, WalkFlags.None, Errno.EOPNOTSUPP, named: true)), NoAttributes);
        table.Add(SyscallNumber.Fsetxattr, (in SyscallArguments a) => CheckValue(in a, OnFile(in a, Errno.EOPNOTSUPP, named: true)), NoAttributes);
        table.Add(SyscallNumber.Removexattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.Follow, Errno.ENODATA, named: true), NoAttributes);
        table.Add(SyscallNumber.Lremovexattr, (in SyscallArguments a) => OnPath(in a, WalkFlags.None, Errno.ENODATA, named: true), NoAttributes);
        table.Add(SyscallNumber.Fremovexattr, (in SyscallArguments a) => OnFile(in a, Errno.ENODATA, named: true), NoAttributes);
    }

    private Result<long> OnPath(in SyscallArguments a, WalkFlags walk, Errno error, bool named)
    {
        Result<PathNode> node = NodeOf(in a, WorkingDirectory, a.Address0, 0, walk);
        return !node.IsOk ? node.Error : named && CheckName(in a) is var bad and not Errno.None ? bad : Done(error);
    }

    private static Result<long> OnFile(in SyscallArguments a, Errno error, bool named)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        return !file.IsOk ? file.Error : named && CheckName(in a) is var bad and not Errno.None ? bad : Done(error);
    }

    /// <summary>The name, argument 1: EFAULT, ERANGE when it is empty or too long, EOPNOTSUPP outside the namespaces of xattr(7).</summary>
    private static Errno CheckName(in SyscallArguments a)
    {
        Span<byte> name = stackalloc byte[MaximumName + 1];
        int length = a.Space.ReadString(a.Address1, name);
        if (length < 0)
        {
            return Errno.EFAULT;
        }

        ReadOnlySpan<byte> text = name[..length];
        return text.Length is 0 or > MaximumName ? Errno.ERANGE
            : text.StartsWith("user."u8) || text.StartsWith("trusted."u8) || text.StartsWith("security."u8) || text.StartsWith("system."u8) ? Errno.None
            : Errno.EOPNOTSUPP;
    }

    /// <summary>The value that could not be set, argument 2 with its length: E2BIG, EFAULT.</summary>
    private static Result<long> CheckValue(in SyscallArguments a, Result<long> result)
    {
        if (result.Error != Errno.EOPNOTSUPP)
        {
            return result;
        }

        if (a.A3 > MaximumValue)
        {
            return Errno.E2BIG;
        }

        Span<byte> part = stackalloc byte[256];
        for (ulong done = 0; done < a.A3; done += (ulong)part.Length)
        {
            int count = (int)Math.Min((ulong)part.Length, a.A3 - done);
            if (a.Space.Read(a.Address2 + done, part[..count]) != count)
            {
                return Errno.EFAULT;
            }
        }

        return result;
    }
}
