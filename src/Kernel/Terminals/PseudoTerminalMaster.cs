using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Terminals;

/// <summary>The master of a pseudo terminal: what is written is the terminal's input, what is read its output (pty(7)).</summary>
internal sealed class PseudoTerminalMaster(PathNode path, OpenFlags flags, PseudoTerminal terminal, PseudoTerminalTable table) : OpenFile(path, flags)
{
    public override WaitQueue? Readiness => terminal.MasterChanged;

    public override Result<long> Read(ref DataSink to)
    {
        if (to.Remaining == 0)
        {
            return 0;
        }

        while (terminal.Sent.Count == 0 && terminal.PendingPacketEvents == PacketEvents.None)
        {
            if (terminal.IsAbandoned)
            {
                return Errno.EIO;
            }

            if (IsNonBlocking)
            {
                return Errno.EAGAIN;
            }

            if (terminal.MasterChanged.Wait(Instant.Never) == WaitResult.Interrupted)
            {
                return Errno.ERESTARTSYS;
            }
        }

        int header = 0;
        if (terminal.IsPacketMode)
        {
            bool isControl = terminal.PendingPacketEvents != PacketEvents.None;
            if (to.Write([(byte)terminal.TakePacketEvents()]) != 1)
            {
                return Errno.EFAULT;
            }

            if (isControl)
            {
                return 1;
            }

            header = 1;
        }

        int copied = terminal.Sent.MoveTo(ref to);
        terminal.OnMasterRead();
        return copied == 0 && header == 0 ? Errno.EFAULT : header + copied;
    }

    public override Result<long> Write(ref DataSource from) => ByteOutlet.Write(new Outlet(this, terminal), ref from, terminal.Buffers);

    public override PollEvents Poll()
    {
        PollEvents events = terminal.Sent.Count > 0 ? PollEvents.Readable : PollEvents.None;
        events |= terminal.PendingPacketEvents != PacketEvents.None ? PollEvents.Readable | PollEvents.Priority : PollEvents.None;
        events |= terminal.InputRoom > 0 ? PollEvents.Writable : PollEvents.None;
        return terminal.IsAbandoned ? events | PollEvents.HangUp : events;
    }

    public override Result<long> Control(uint request, ulong argument, AddressSpace space)
    {
        VirtAddr address = new(argument);
        switch ((TerminalRequest)request)
        {
            case TerminalRequest.TIOCGPTN:
                return space.TryWrite(address, terminal.Index) ? 0 : Errno.EFAULT;
            case TerminalRequest.TIOCSPTLCK:
                if (!space.TryRead(address, out int locks))
                {
                    return Errno.EFAULT;
                }

                terminal.IsLocked = locks != 0;
                return 0;
            case TerminalRequest.TIOCGPTLCK:
                return space.TryWrite(address, terminal.IsLocked ? 1 : 0) ? 0 : Errno.EFAULT;
            case TerminalRequest.TIOCPKT:
                if (!space.TryRead(address, out int isPacketMode))
                {
                    return Errno.EFAULT;
                }

                if (isPacketMode != 0 && !terminal.IsPacketMode)
                {
                    _ = terminal.TakePacketEvents(); // what was before does not count
                }

                terminal.IsPacketMode = isPacketMode != 0;
                return 0;
            case TerminalRequest.TIOCGPKT:
                return space.TryWrite(address, terminal.IsPacketMode ? 1 : 0) ? 0 : Errno.EFAULT;
            case TerminalRequest.TIOCSIG:
                if (argument is not ((ulong)Signal.SIGINT or (ulong)Signal.SIGQUIT or (ulong)Signal.SIGTSTP))
                {
                    return Errno.EINVAL;
                }

                terminal.Raise((Signal)argument);
                return 0;
            case TerminalRequest.TIOCGPTPEER:
                return OpenPeer((OpenFlags)unchecked((uint)argument));
            case TerminalRequest.FIONREAD:
                return space.TryWrite(address, terminal.Sent.Count) ? 0 : Errno.EFAULT;
            case TerminalRequest.TIOCOUTQ:
                return space.TryWrite(address, 0) ? 0 : Errno.EFAULT;
            case TerminalRequest.TIOCGDEV:
                return space.TryWrite(address, unchecked((uint)DeviceNumber.Make(PseudoTerminalTable.MasterMajor, (uint)terminal.Index))) ? 0 : Errno.EFAULT;
            case TerminalRequest.TCFLSH:
                return Flush(argument);
            case TerminalRequest.TIOCSCTTY or TerminalRequest.TIOCNOTTY or TerminalRequest.TCXONC:
                return Errno.ENOTTY;
            default:
                return terminal.Control(request, argument, space, TerminalSide.Master);
        }
    }

    protected override void OnClose() => terminal.CloseMaster();

    private Result<long> Flush(ulong queues)
    {
        const ulong Input = 0;
        const ulong Output = 1;
        const ulong Both = 2;
        if (queues > Both)
        {
            return Errno.EINVAL;
        }

        if (queues != Output)
        {
            terminal.DropSent();
        }

        if (queues != Input)
        {
            terminal.DropArrivals();
        }

        return 0;
    }

    /// <summary>TIOCGPTPEER: opens the terminal without its name.</summary>
    private Result<long> OpenPeer(OpenFlags peerFlags)
    {
        Result<OpenFile> opened = terminal.OpenTerminal(table.PathOf(terminal), peerFlags);
        if (!opened.IsOk)
        {
            return opened.Error;
        }

        Result<int> added = UserThread.Current.Process.Files.Add(opened.Value, (peerFlags & OpenFlags.CloseOnExec) != 0);
        if (!added.IsOk)
        {
            opened.Value.Release();
            return added.Error;
        }

        return added.Value;
    }

    private readonly struct Outlet(PseudoTerminalMaster file, PseudoTerminal terminal) : IByteOutlet
    {
        public bool IsGone => false;

        public bool IsNonBlocking => file.IsNonBlocking;

        public int Take(ReadOnlySpan<byte> bytes) => file.IsNonBlocking && terminal.IsLosing ? 0 : terminal.Bring(bytes);

        public bool WaitForRoom() => terminal.MasterChanged.Wait(Instant.Never) != WaitResult.Interrupted;
    }
}
