using System;
using Mote.Abi.Linux;
using Mote.Kernel.Fs.Ram;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

// ioctl(2) of file systems: attributes, extents, freezing. The answers are those of a tmpfs without attributes that could be set (fs/ioctl.c, mm/shmem.c).
public sealed partial class DescriptorCalls
{
    private const uint GetFlags = 0x80086601; // FS_IOC_GETFLAGS
    private const uint SetFlags = 0x40086602;
    private const uint GetAttributes = 0x801c581f; // FS_IOC_FSGETXATTR
    private const uint SetAttributes = 0x401c5820;
    private const uint MapExtents = 0xc020660b; // FS_IOC_FIEMAP
    private const uint MapBlock = 1; // FIBMAP
    private const uint GetSize = 0x5460; // FIOQSIZE
    private const uint Freeze = 0xc0045877; // FIFREEZE
    private const uint Thaw = 0xc0045878;
    private const int AttributeBytes = 28; // struct fsxattr

    /// <summary>Whether a request is one of these, and its result.</summary>
    private static bool TryControlFileSystem(in SyscallArguments a, OpenFile file, uint request, out Result<long> result)
    {
        bool isStored = file.Inode.FileSystem is RamFileSystem && (file.Inode.Type is FileType.Regular or FileType.Directory);
        result = Errno.ENOTTY;
        switch (request)
        {
            case GetFlags when isStored:
                result = a.Space.TryWrite(a.Address2, 0) ? 0 : Errno.EFAULT;
                return true;
            case SetFlags:
                result = !a.Space.TryRead(a.Address2, out int flags) ? Errno.EFAULT
                    : !isStored ? Errno.ENOTTY
                    : flags == 0 ? 0
                    : Errno.EOPNOTSUPP;
                return true;
            case GetAttributes when isStored:
                Span<byte> attributes = stackalloc byte[AttributeBytes];
                attributes.Clear();
                result = a.Space.Write(a.Address2, attributes) == AttributeBytes ? 0 : Errno.EFAULT;
                return true;
            case SetAttributes:
                Span<byte> wanted = stackalloc byte[AttributeBytes];
                result = a.Space.Read(a.Address2, wanted) != AttributeBytes ? Errno.EFAULT
                    : !isStored ? Errno.ENOTTY
                    : wanted[..20].ContainsAnyExcept((byte)0) ? Errno.EOPNOTSUPP : 0;
                return true;
            case GetSize when file.Inode.Type is FileType.Regular or FileType.Directory:
                result = a.Space.TryWrite(a.Address2, (long)file.Inode.Size) ? 0 : Errno.EFAULT;
                return true;
            case GetSize:
                return true; // ENOTTY, whatever the file's own requests are
            case MapExtents:
                result = Errno.EOPNOTSUPP;
                return true;
            case MapBlock when file.Inode.Type == FileType.Regular:
                result = !a.Thread.Credentials.Has(Capability.SystemRawIo) ? Errno.EPERM : a.Space.TryRead(a.Address2, out int _) ? Errno.EINVAL : Errno.EFAULT;
                return true;
            case Freeze or Thaw:
                result = !a.Thread.Credentials.Has(Capability.SystemAdmin) ? Errno.EPERM : request == Freeze ? Errno.EOPNOTSUPP : Errno.EINVAL;
                return true;
            default:
                return false;
        }
    }
}
