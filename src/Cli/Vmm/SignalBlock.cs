using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mote.Cli.Vmm;

/// <summary>
/// Blocks the signals that ask a program to end in the calling thread until it is disposed of. A process that is started meanwhile keeps
/// them blocked: the mask survives fork and execve(2), and QEMU,
/// which sets handlers for them, does not touch it.
/// </summary>
internal sealed class SignalBlock : IDisposable
{
    private const int Block = 0;
    private const int SetMask = 2;

    /// <summary>sigset_t of glibc and musl.</summary>
    private const int SetBytes = 128;

    private readonly byte[] _before = new byte[SetBytes];

    public SignalBlock()
    {
        byte[] blocked = new byte[SetBytes];
        ulong bits = 0;
        foreach (int signal in (int[])[OrderlyEnd.HangUp, OrderlyEnd.Interrupt, OrderlyEnd.Quit, OrderlyEnd.Terminate])
        {
            bits |= 1UL << (signal - 1);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(blocked, bits);
        _ = sigprocmask(Block, blocked, _before); // cannot fail with these arguments
    }

    public void Dispose() => _ = sigprocmask(SetMask, _before, null);

    [DllImport("libc")]
    private static safe extern int sigprocmask(int how, byte[] set, byte[]? before);
}
