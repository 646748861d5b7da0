using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Terminals;

// ioctl_tty(2). Programs on a pseudo terminal's master ask here, too, for what both sides share.
public abstract partial class Terminal
{
    internal Result<long> Control(uint request, ulong argument, AddressSpace space, TerminalSide side)
    {
        VirtAddr address = new(argument);
        bool isMaster = side == TerminalSide.Master;
        switch ((TerminalRequest)request)
        {
            case TerminalRequest.TCGETS:
                return WriteSettings(space, address, TerminalSettings.UsualBytes);
            case TerminalRequest.TCGETS2:
                return WriteSettings(space, address, TerminalSettings.LongBytes);
            case TerminalRequest.TCGETA:
                return WriteSettings(space, address, TerminalSettings.OldBytes);
            case TerminalRequest.TCSETS or TerminalRequest.TCSETSW or TerminalRequest.TCSETSF:
                return ReadSettings(space, address, TerminalSettings.UsualBytes, (int)(request - (uint)TerminalRequest.TCSETS), side);
            case TerminalRequest.TCSETS2 or TerminalRequest.TCSETSW2 or TerminalRequest.TCSETSF2:
                return ReadSettings(space, address, TerminalSettings.LongBytes, (int)(request - (uint)TerminalRequest.TCSETS2), side);
            case TerminalRequest.TCSETA or TerminalRequest.TCSETAW or TerminalRequest.TCSETAF:
                return ReadSettings(space, address, TerminalSettings.OldBytes, (int)(request - (uint)TerminalRequest.TCSETA), side);
            case TerminalRequest.TIOCGLCKTRMIOS:
                Span<byte> unlocked = stackalloc byte[TerminalSettings.UsualBytes];
                unlocked.Clear();
                return Put(space, address, unlocked);
            case TerminalRequest.TIOCGWINSZ:
                return WriteSize(space, address);
            case TerminalRequest.TIOCSWINSZ:
                return ReadSize(space, address);
            case TerminalRequest.FIONREAD:
                return space.TryWrite(address, _discipline.Available) ? 0 : Errno.EFAULT;
            case TerminalRequest.TIOCOUTQ:
                return space.TryWrite(address, BytesUnderWay) ? 0 : Errno.EFAULT;
            case TerminalRequest.TCFLSH:
                return Flush(argument);
            case TerminalRequest.TCXONC:
                return ControlFlow(argument);
            case TerminalRequest.TCSBRK or TerminalRequest.TCSBRKP or TerminalRequest.TIOCSBRK or TerminalRequest.TIOCCBRK:
                // A break is not seen at the far end; a terminal's output goes out before it.
                Errno waited = isMaster ? Errno.None : CheckForeground(Signal.SIGTTOU);
                waited = waited == Errno.None ? Drain() : waited;
                return waited == Errno.None ? 0 : waited;
            case TerminalRequest.TIOCEXCL or TerminalRequest.TIOCNXCL:
                IsExclusive = request == (uint)TerminalRequest.TIOCEXCL;
                return 0;
            case TerminalRequest.TIOCGEXCL:
                return space.TryWrite(address, IsExclusive ? 1 : 0) ? 0 : Errno.EFAULT;
            case TerminalRequest.TIOCGDEV:
                return space.TryWrite(address, unchecked((uint)DeviceNumber)) ? 0 : Errno.EFAULT;
            case TerminalRequest.TIOCGETD:
                return space.TryWrite(address, 0) ? 0 : Errno.EFAULT;
            case TerminalRequest.TIOCSETD:
                return !space.TryRead(address, out int discipline) ? Errno.EFAULT : discipline == 0 ? 0 : Errno.EINVAL;
            case TerminalRequest.TIOCGSOFTCAR:
                return space.TryWrite(address, (Settings.Control & ControlModes.Local) != 0 ? 1 : 0) ? 0 : Errno.EFAULT;
            case TerminalRequest.TIOCSSOFTCAR:
                if (!space.TryRead(address, out int isLocal))
                {
                    return Errno.EFAULT;
                }

                Settings.Control = isLocal != 0 ? Settings.Control | ControlModes.Local : Settings.Control & ~ControlModes.Local;
                return 0;
            case TerminalRequest.TIOCSTI:
                return Errno.EIO; // as Linux since 6.2 where the administrator has not allowed it
            default:
                return ControlSession((TerminalRequest)request, argument, space, side);
        }
    }

    private Result<long> ControlSession(TerminalRequest request, ulong argument, AddressSpace space, TerminalSide side)
    {
        VirtAddr address = new(argument);
        Process process = UserThread.Current.Process;
        bool isForeign = side == TerminalSide.Terminal && process.ControllingTerminal != this;
        switch (request)
        {
            case TerminalRequest.TIOCSCTTY:
                return Take(process, argument);
            case TerminalRequest.TIOCNOTTY:
                if (isForeign)
                {
                    return Errno.ENOTTY;
                }

                process.LeaveTerminal(isEnding: false);
                return 0;
            case TerminalRequest.TIOCGPGRP:
                return isForeign ? Errno.ENOTTY : space.TryWrite(address, ForegroundGroup) ? 0 : Errno.EFAULT;
            case TerminalRequest.TIOCGSID:
                return isForeign || SessionId == 0 ? Errno.ENOTTY : space.TryWrite(address, SessionId) ? 0 : Errno.EFAULT;
            case TerminalRequest.TIOCSPGRP:
                Errno refused = CheckForeground(Signal.SIGTTOU);
                return refused == Errno.EIO ? Errno.ENOTTY
                    : refused != Errno.None ? refused
                    : !space.TryRead(address, out int group) ? Errno.EFAULT
                    : SetForegroundGroup(process, group);
            default:
                return Errno.ENOTTY;
        }
    }

    private Result<long> WriteSettings(AddressSpace space, VirtAddr address, int length)
    {
        Span<byte> bytes = stackalloc byte[TerminalSettings.LongBytes];
        bytes = bytes[..length];
        Settings.WriteTo(bytes);
        return Put(space, address, bytes);
    }

    /// <param name="when">0: now; 1: after output has gone; 2: so, and input that was not read is dropped.</param>
    private Result<long> ReadSettings(AddressSpace space, VirtAddr address, int length, int when, TerminalSide side)
    {
        Errno error = side == TerminalSide.Master ? Errno.None : CheckForeground(Signal.SIGTTOU);
        if (error != Errno.None)
        {
            return error;
        }

        Span<byte> bytes = stackalloc byte[TerminalSettings.LongBytes];
        bytes = bytes[..length];
        if (space.Read(address, bytes) != length)
        {
            return Errno.EFAULT;
        }

        if (when > 0)
        {
            error = Drain();
            if (error != Errno.None)
            {
                return error;
            }
        }

        if (when > 1)
        {
            FlushInput();
        }

        TerminalSettings settings = new();
        settings.CopyFrom(Settings);
        settings.ReadFrom(bytes);
        Apply(settings);
        return 0;
    }

    private Result<long> WriteSize(AddressSpace space, VirtAddr address) =>
        space.TryWrite(address, Size.Rows | ((ulong)Size.Columns << 16) | ((ulong)Size.Width << 32) | ((ulong)Size.Height << 48)) ? 0 : Errno.EFAULT;

    private Result<long> ReadSize(AddressSpace space, VirtAddr address)
    {
        if (!space.TryRead(address, out ulong size))
        {
            return Errno.EFAULT;
        }

        Resize(new WindowSize((ushort)(size & 0xffff), (ushort)(size >> 16 & 0xffff), (ushort)(size >> 32 & 0xffff), (ushort)(size >> 48)));
        return 0;
    }

    private Result<long> Flush(ulong queues)
    {
        const ulong Input = 0;
        const ulong Output = 1;
        const ulong Both = 2;
        Errno refused = CheckForeground(Signal.SIGTTOU);
        if (refused != Errno.None)
        {
            return refused;
        }

        if (queues > Both)
        {
            return Errno.EINVAL;
        }

        if (queues != Output)
        {
            FlushInput();
        }

        if (queues != Input)
        {
            _output.Discard();
            OnFlushed(PacketEvents.FlushedWrite);
            Changed.WakeAll((uint)PollEvents.Writable);
        }

        return 0;
    }

    private void FlushInput()
    {
        _discipline.Discard();
        DiscardArrivals();
        OnFlushed(PacketEvents.FlushedRead);
    }

    /// <summary>Drops what the far end has brought and the discipline has not taken.</summary>
    private protected virtual void DiscardArrivals()
    {
    }

    private Result<long> ControlFlow(ulong action)
    {
        const ulong StopHere = 0;
        const ulong StartHere = 1;
        const ulong StopThere = 2;
        const ulong StartThere = 3;
        Errno refused = CheckForeground(Signal.SIGTTOU);
        if (refused != Errno.None)
        {
            return refused;
        }

        switch (action)
        {
            case StopHere:
                StopOutput();
                return 0;
            case StartHere:
                StartOutput();
                return 0;
            case StopThere or StartThere:
                byte character = Settings[action == StopThere ? ControlCharacter.Stop : ControlCharacter.Start];
                if (character != TerminalSettings.Disabled)
                {
                    _ = Send([character]); // lost when there is no room for it
                    OnSent();
                }

                return 0;
            default:
                return Errno.EINVAL;
        }
    }

    private static Result<long> Put(AddressSpace space, VirtAddr address, ReadOnlySpan<byte> bytes) =>
        space.Write(address, bytes) == bytes.Length ? 0 : Errno.EFAULT;
}
