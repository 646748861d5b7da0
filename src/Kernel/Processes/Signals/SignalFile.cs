using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>Blocked signals as something to read: signalfd(2). Each read takes pending signals of the reading thread or its process.</summary>
public sealed class SignalFile : OpenFile
{
    private const int RecordBytes = 128; // struct signalfd_siginfo

    private readonly Process _process;

    public SignalFile(FileTree tree, Process process, SignalSet signals, OpenFlags flags)
        : base(PathNode.CreateDetached("anon_inode:[signalfd]"u8, new AnonymousInode(tree.Anonymous, FileType.None, 0x180)), OpenFlags.ReadWrite | flags)
    {
        _process = process;
        Signals = signals;
    }

    /// <summary>What it shows; a later signalfd(2) call on it replaces the set.</summary>
    public SignalSet Signals { get; set; }

    public override WaitQueue? Readiness => _process.SignalArrival;

    public override FileGaps Gaps => FileGaps.Write | FileGaps.Splice;

    public override Result<long> Seek(long offset, SeekOrigin origin) => 0; // noop_llseek

    public override Result<long> Read(ref DataSink to)
    {
        if (to.Remaining < RecordBytes)
        {
            return Errno.EINVAL;
        }

        UserThread thread = UserThread.Current;
        SignalInfo info;
        while (!thread.TryTakeSignal(Signals, out info))
        {
            if (IsNonBlocking)
            {
                return Errno.EAGAIN;
            }

            if (_process.SignalArrival.Wait(Instant.Never) == WaitResult.Interrupted)
            {
                return Errno.ERESTARTSYS;
            }
        }

        Span<byte> record = stackalloc byte[RecordBytes];
        long written = 0;
        do
        {
            Describe(in info, record);
            if (to.Write(record) != RecordBytes)
            {
                return written > 0 ? written : Errno.EFAULT;
            }

            written += RecordBytes;
        }
        while (to.Remaining >= RecordBytes && thread.TryTakeSignal(Signals, out info));

        return written;
    }

    public override PollEvents Poll() =>
        ((UserThread.Current.PendingSignals.Set | _process.PendingSignals.Set) & Signals).IsEmpty ? PollEvents.None : PollEvents.In;

    /// <summary>The words of siginfo_t in their places of signalfd_siginfo: which of them mean something depends on the signal's origin.</summary>
    private static void Describe(in SignalInfo info, Span<byte> record)
    {
        record.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(record, info.Number);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], info.Error);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], info.Code);
        if (info.Code == SignalInfo.Timer)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(record[24..], unchecked((uint)info.Word0)); // ssi_tid
            BinaryPrimitives.WriteUInt32LittleEndian(record[32..], unchecked((uint)(info.Word0 >> 32))); // ssi_overrun
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(record[12..], info.Word0); // ssi_pid, ssi_uid
        }

        BinaryPrimitives.WriteInt32LittleEndian(record[44..], unchecked((int)info.Word1)); // ssi_int
        BinaryPrimitives.WriteUInt64LittleEndian(record[48..], info.Word1); // ssi_ptr
    }
}
