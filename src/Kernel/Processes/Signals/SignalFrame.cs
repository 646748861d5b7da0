using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// The frame that a signal handler runs on: struct rt_sigframe of Linux on x86-64 (arch/x86/kernel/signal_64.c, asm/sigcontext.h), with the extended state in XSAVE format
/// above it. Programs read and edit it: the layout is ABI.
/// </summary>
internal static class SignalFrame
{
    private const int ContextAt = 8;
    private const int StackAt = ContextAt + 16;
    private const int MachineAt = ContextAt + 40;
    private const int MaskAt = MachineAt + 256;
    private const int InfoAt = MaskAt + 8;
    private const int FrameBytes = InfoAt + SignalInfo.Bytes;

    // Within the machine context (struct sigcontext_64), after eighteen registers.
    private const int SelectorsAt = MachineAt + 144;
    private const int ErrorAt = MachineAt + 152;
    private const int TrapAt = MachineAt + 160;
    private const int OldMaskAt = MachineAt + 168;
    private const int Cr2At = MachineAt + 176;
    private const int StateAt = MachineAt + 184;

    private const ulong UserContextFlags = 7; // UC_FP_XSTATE, UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS
    private const ulong Selectors = 0x33 | (0x2bUL << 48); // what Linux programs see: __USER_CS, __USER_DS
    private const int RedZoneBytes = 128;

    // struct _fpx_sw_bytes in the legacy area's reserved bytes.
    private const int SoftwareAt = 464;
    private const int LegacyBytes = 512;
    private const uint Magic1 = 0x46505853;
    private const uint Magic2 = 0x46505845;
    private const int Magic2Bytes = 4;
    private const int HeaderBytes = 64;
    private const ulong StateAlignment = 64;
    private const ulong LegacyAlignment = 16;
    private const ulong RestoredFlags = 0x50dd5; // FIX_EFLAGS: CF PF AF ZF SF TF DF OF RF AC
    private const ulong CallerSavedFlags = 0x400 | 0x100 | 0x10000; // DF, TF, RF

    /// <summary>The most that a frame takes: AT_MINSIGSTKSZ.</summary>
    internal static ulong MaximumBytes =>
        (ulong)(FrameBytes + CpuContext.ExtendedStateSize + Magic2Bytes + (int)StateAlignment + RedZoneBytes + 15) & ~15UL;

    /// <summary>Pushes a frame and points the registers at the handler. False when the stack cannot take it.</summary>
    internal static bool TryPush(UserThread thread, ref UserRegisters registers, in SignalInfo info, in SignalAction action, SignalSet mask)
    {
        if ((action.Flags & SignalActionFlags.Restorer) == 0)
        {
            return false;
        }

        AlternateStack alternate = thread.SignalStack;
        bool isOnAlternate = alternate.IsInUseAt(registers.Rsp);
        ulong stack = unchecked(registers.Rsp - RedZoneBytes);
        bool entersAlternate = (action.Flags & SignalActionFlags.OnStack) != 0 && alternate.Size != 0 && !alternate.IsInUseAt(stack);
        if (entersAlternate)
        {
            stack = unchecked(alternate.Pointer + alternate.Size);
        }

        Span<byte> state = thread.Process.Host.StateBuffer;
        ulong stateAt = unchecked((stack - (ulong)state.Length) & ~(StateAlignment - 1));
        ulong frameAt = unchecked(((stateAt - FrameBytes) & ~15UL) - 8);
        if ((entersAlternate || isOnAlternate) && !alternate.Contains(unchecked(frameAt + 1)))
        {
            return false;
        }

        FillState(thread, state);
        Span<byte> frame = stackalloc byte[FrameBytes];
        frame.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(frame, action.Restorer);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[ContextAt..], UserContextFlags);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[StackAt..], alternate.Pointer);
        BinaryPrimitives.WriteInt32LittleEndian(frame[(StackAt + 8)..], alternate.Flags);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[(StackAt + 16)..], alternate.Size);
        PutRegisters(frame[MachineAt..], in registers);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[SelectorsAt..], Selectors);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[ErrorAt..], thread.TrapError);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[TrapAt..], thread.TrapNumber);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[OldMaskAt..], mask.Bits);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[Cr2At..], thread.FaultAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[StateAt..], stateAt);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[MaskAt..], mask.Bits);
        info.WriteTo(frame[InfoAt..]);

        AddressSpace space = thread.Process.Space;
        if (space.Write(new VirtAddr(stateAt), state) != state.Length || space.Write(new VirtAddr(frameAt), frame) != FrameBytes)
        {
            return false;
        }

        registers.Rdi = (ulong)info.Number;
        registers.Rsi = frameAt + InfoAt;
        registers.Rdx = frameAt + ContextAt;
        registers.Rax = 0;
        registers.Rip = action.Handler;
        registers.Rsp = frameAt;
        registers.Rflags &= ~CallerSavedFlags;
        thread.Context.ResetExtendedState(); // as fpu__clear_user_states: a handler starts with a fresh one
        if ((alternate.Flags & AlternateStack.AutoDisarm) != 0)
        {
            thread.SignalStack = new AlternateStack { Flags = AlternateStack.Disabled };
        }

        return true;
    }

    /// <summary>rt_sigreturn(2): takes the frame that the stack pointer is behind. False when it is no frame: SIGSEGV.</summary>
    internal static bool TryPop(UserThread thread, ref UserRegisters registers)
    {
        Span<byte> frame = stackalloc byte[FrameBytes - SignalInfo.Bytes];
        AddressSpace space = thread.Process.Space;
        ulong frameAt = unchecked(registers.Rsp - 8);
        if (space.Read(new VirtAddr(frameAt), frame) != frame.Length)
        {
            return false;
        }

        thread.Blocked = new SignalSet(BinaryPrimitives.ReadUInt64LittleEndian(frame[MaskAt..]));
        TakeRegisters(frame[MachineAt..], ref registers);
        if (!HasValidSelectors(frame) || !TryTakeState(thread, BinaryPrimitives.ReadUInt64LittleEndian(frame[StateAt..])))
        {
            return false;
        }

        _ = thread.SetSignalStack(
            new AlternateStack
            {
                Pointer = BinaryPrimitives.ReadUInt64LittleEndian(frame[StackAt..]),
                Flags = BinaryPrimitives.ReadInt32LittleEndian(frame[(StackAt + 8)..]),
                Size = BinaryPrimitives.ReadUInt64LittleEndian(frame[(StackAt + 16)..]),
            },
            registers.Rsp); // what sigaltstack(2) would refuse is not taken, and that is no error: restore_altstack
        return true;
    }

    /// <summary>
    /// Linux loads what the frame says, at the lowest privilege, and IRET refuses what is no 64-bit code or no data: SIGSEGV. Here there are no others.
    /// Without UC_STRICT_RESTORE_SS a stack segment that does not serve is replaced.
    /// </summary>
    private static bool HasValidSelectors(ReadOnlySpan<byte> frame)
    {
        const ulong Strict = 4;
        const int Privilege = 3;
        int code = BinaryPrimitives.ReadUInt16LittleEndian(frame[SelectorsAt..]) | Privilege;
        int stack = BinaryPrimitives.ReadUInt16LittleEndian(frame[(SelectorsAt + 6)..]) | Privilege;
        bool isStrict = (BinaryPrimitives.ReadUInt64LittleEndian(frame[ContextAt..]) & Strict) != 0;
        return code == (int)(Selectors & 0xffff) && (!isStrict || stack == (int)(Selectors >> 48));
    }

    /// <summary>Bytes of the extended state with its end mark: the size of the buffer that frames are made in.</summary>
    internal static int StateBytes => CpuContext.ExtendedStateSize + Magic2Bytes;

    private static void FillState(UserThread thread, Span<byte> state)
    {
        int size = CpuContext.ExtendedStateSize;
        state.Clear();
        thread.Context.SaveExtendedState(state[..size]);
        Span<byte> software = state[SoftwareAt..];
        software[..(LegacyBytes - SoftwareAt)].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(software, Magic1);
        BinaryPrimitives.WriteUInt32LittleEndian(software[4..], (uint)(size + Magic2Bytes));
        BinaryPrimitives.WriteUInt64LittleEndian(software[8..], CpuContext.ExtendedStateComponents);
        BinaryPrimitives.WriteUInt32LittleEndian(software[16..], (uint)size);
        BinaryPrimitives.WriteUInt32LittleEndian(state[size..], Magic2);
    }

    private static bool TryTakeState(UserThread thread, ulong address)
    {
        if (address == 0)
        {
            thread.Context.ResetExtendedState();
            return true;
        }

        Span<byte> state = thread.Process.Host.StateBuffer;
        AddressSpace space = thread.Process.Space;
        int size = CpuContext.ExtendedStateSize;
        int copied = space.Read(new VirtAddr(address), state);
        if (copied < LegacyBytes || address % (copied > LegacyBytes ? StateAlignment : LegacyAlignment) != 0)
        {
            return false;
        }

        // Without both marks only the legacy part counts (fpu__restore_sig). A frame may name fewer components than there are, and be shorter.
        uint stated = BinaryPrimitives.ReadUInt32LittleEndian(state[(SoftwareAt + 16)..]);
        bool isWhole = BinaryPrimitives.ReadUInt32LittleEndian(state[SoftwareAt..]) == Magic1
            && stated >= LegacyBytes + HeaderBytes && stated <= (uint)size && stated <= BinaryPrimitives.ReadUInt32LittleEndian(state[(SoftwareAt + 4)..])
            && space.TryRead(new VirtAddr(address + stated), out uint mark) && mark == Magic2;
        ulong components = BinaryPrimitives.ReadUInt64LittleEndian(state[(SoftwareAt + 8)..]);
        return isWhole
            ? copied >= size && thread.Context.TryRestoreExtendedState(state[..size], components)
            : thread.Context.TryRestoreExtendedState(state[..LegacyBytes]);
    }

    private static void PutRegisters(Span<byte> to, in UserRegisters r)
    {
        ReadOnlySpan<ulong> order = [r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15, r.Rdi, r.Rsi, r.Rbp, r.Rbx, r.Rdx, r.Rax, r.Rcx, r.Rsp, r.Rip, r.Rflags];
        for (int i = 0; i < order.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to[(i * 8)..], order[i]);
        }
    }

    private static void TakeRegisters(ReadOnlySpan<byte> from, ref UserRegisters r)
    {
        r.R8 = Word(from, 0);
        r.R9 = Word(from, 1);
        r.R10 = Word(from, 2);
        r.R11 = Word(from, 3);
        r.R12 = Word(from, 4);
        r.R13 = Word(from, 5);
        r.R14 = Word(from, 6);
        r.R15 = Word(from, 7);
        r.Rdi = Word(from, 8);
        r.Rsi = Word(from, 9);
        r.Rbp = Word(from, 10);
        r.Rbx = Word(from, 11);
        r.Rdx = Word(from, 12);
        r.Rax = Word(from, 13);
        r.Rcx = Word(from, 14);
        r.Rsp = Word(from, 15);
        r.Rip = Word(from, 16);
        r.Rflags = (r.Rflags & ~RestoredFlags) | (Word(from, 17) & RestoredFlags);
    }

    private static ulong Word(ReadOnlySpan<byte> from, int index) => BinaryPrimitives.ReadUInt64LittleEndian(from[(index * 8)..]);
}
