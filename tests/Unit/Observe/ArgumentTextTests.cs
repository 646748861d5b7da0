using System;
using System.Buffers.Binary;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Observe;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Observe;

public sealed class ArgumentTextTests
{
    private const ulong Page = 0x40_0000;
    private const ulong Bad = 0x50_0000;
    private readonly AddressSpace _space;

    public ArgumentTextTests()
    {
        HostedMachine.Start();
        Assert.True(AddressSpace.TryCreate(new NoFaults(), out AddressSpace? space));
        _space = space!;
        Assert.True(Frame.TryAllocate(FrameFill.Zero, out Frame frame));
        Assert.True(_space.TryMap(new VirtAddr(Page), frame, PageAccess.Read | PageAccess.Write));
    }

    [Fact]
    public void Openat_shows_flags_and_path()
    {
        Put(0, "/etc/ld.so.cache\0"u8);
        Assert.Equal("AT_FDCWD, \"/etc/ld.so.cache\", O_RDONLY|O_CLOEXEC, 0", Show(SyscallNumber.Openat, 3, Minus(100), Page, 0x80000, 0));
    }

    [Fact]
    public void Read_shows_what_came_with_the_shortest_escapes()
    {
        Put(0, "\x7f"u8);
        Put(1, "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0"u8);
        Assert.Equal("3, \"\\177ELF\\2\\1\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\3\\0>\\0\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\"..., 832", Show(SyscallNumber.Read, 832, 3, Page, 832));
        Assert.Equal("3, \"\\177ELF\", 832", Show(SyscallNumber.Read, 4, 3, Page, 832));
        Assert.Equal("3, 0x400000, 832", Show(SyscallNumber.Read, -1, 3, Page, 832));
    }

    [Fact]
    public void Octal_escapes_do_not_swallow_digits()
    {
        Put(0, "\u00001\n\"\\\x1b[0m"u8);
        Assert.Equal("1, \"\\0001\\n\\\"\\\\\\33[0m\", 9", Show(SyscallNumber.Write, 9, 1, Page, 9));
    }

    [Fact]
    public void Mmap_shows_protection_and_flags() =>
        Assert.Equal(
            "NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0",
            Show(SyscallNumber.Mmap, 1, 0, 8192, 3, 0x22, ulong.MaxValue, 0));

    [Fact]
    public void Bad_addresses_are_shown_as_such()
    {
        Assert.Equal("AT_FDCWD, 0x500000, O_WRONLY|O_CREAT|O_TRUNC, 0644", Show(SyscallNumber.Openat, -1, Minus(100), Bad, 0x241, 0x1a4));
        Assert.Equal("1, 0x500000, 5", Show(SyscallNumber.Write, -1, 1, Bad, 5));
        Assert.Equal("NULL, NULL, NULL", Show(SyscallNumber.Execve, -1, 0, 0, 0));
        Assert.Equal("1, [...], 4", Show(SyscallNumber.Writev, -1, 1, Bad, 4));
    }

    [Fact]
    public void Structures_are_shown_by_their_fields()
    {
        Put64(0, 1);
        Put64(8, 500);
        Assert.Equal("{tv_sec=1, tv_nsec=500}, 0x400100", Show(SyscallNumber.Nanosleep, -1, Page, Page + 0x100));
        Put64(0, Page + 0x200);
        Put64(8, 3);
        Put(0x200, "abc"u8);
        Assert.Equal("1, [{iov_base=\"abc\", iov_len=3}], 1", Show(SyscallNumber.Writev, 3, 1, Page, 1));
        Put64(24, 0x81a4UL);
        Put64(48, 1234);
        Assert.Equal("3, {st_mode=S_IFREG|0644, st_size=1234, ...}", Show(SyscallNumber.Fstat, 0, 3, Page));
        Put64(0, 1);
        Put64(8, 0x1400_0000);
        Put64(16, 0);
        Put64(24, 2);
        Assert.Equal("SIGINT, {sa_handler=SIG_IGN, sa_mask=[INT], sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=NULL}, NULL, 8", Show(SyscallNumber.RtSigaction, 0, 2, Page, 0, 8));
        Put64(0, (1UL << 32) | 7);
        Assert.Equal("[{fd=7, events=POLLIN}], 1, -1", Show(SyscallNumber.Poll, 1, Page, 1, Minus(1)));
    }

    [Fact]
    public void Codes_are_shown_by_name()
    {
        Assert.Equal("0x400000, FUTEX_WAIT_PRIVATE, 0x2, 0, NULL, 0", Show(SyscallNumber.Futex, 0, Page, 128, 2, 0, 0, 0));
        Assert.Equal("ARCH_SET_FS, 0x1234", Show(SyscallNumber.ArchPrctl, 0, 0x1002, 0x1234));
        Assert.Equal("3, TCGETS, 0x400000", Show(SyscallNumber.Ioctl, -1, 3, 0x5401, Page));
        Assert.Equal("SIG_BLOCK, ~[RT_1 RT_2], NULL, 8", ShowMask(~(3UL << 32)));
        Assert.Equal("CLONE_VM|CLONE_THREAD|SIGCHLD, NULL, NULL, NULL, 0", Show(SyscallNumber.Clone, 1, 0x10111, 0, 0, 0, 0));
    }

    [Fact]
    public void Errors_have_names_and_texts()
    {
        Assert.True(ErrnoText.TryFind(Errno.ENOENT, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text));
        Assert.Equal("ENOENT", Encoding.ASCII.GetString(name));
        Assert.Equal("No such file or directory", Encoding.ASCII.GetString(text));
        Assert.False(ErrnoText.TryFind((Errno)4000, out _, out _));
        foreach (Errno error in Enum.GetValues<Errno>())
        {
            if (error is not (Errno.None or Errno.ERESTARTSYS or Errno.ERESTARTNOHAND) && (int)error < 500)
            {
                Assert.True(ErrnoText.TryFind(error, out name, out _), error.ToString());
                Assert.Equal(error.ToString(), Encoding.ASCII.GetString(name));
            }
        }
    }

    private static ulong Minus(int value) => unchecked((ulong)-value) & uint.MaxValue;

    private string ShowMask(ulong mask)
    {
        Put64(0, mask);
        return Show(SyscallNumber.RtSigprocmask, 0, 0, Page, 0, 8);
    }

    private string Show(SyscallNumber number, long result, params ulong[] arguments)
    {
        TracedCall call = new();
        call.Begin((int)number, 1, _space, arguments);
        call.Result = result;
        for (int i = 0; i < call.ArgumentCount; i++)
        {
            if (i > 0)
            {
                call.Line.Append(", "u8);
            }

            ArgumentText.Append(call, i, result < 0);
        }

        return Encoding.ASCII.GetString(call.Line.Text);
    }

    private void Put(ulong offset, ReadOnlySpan<byte> bytes) => Assert.Equal(bytes.Length, _space.Write(new VirtAddr(Page + offset), bytes));

    private void Put64(ulong offset, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Put(offset, bytes);
    }

    private sealed class NoFaults : PageFaultHandler
    {
        public override bool TryResolve(VirtAddr address, PageAccess wanted) => false;
    }
}
