using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// The frame that a handler finds on its stack and rt_sigreturn(2) takes back: struct rt_sigframe of x86-64 with ucontext_t and siginfo_t, the extended
/// state above it in XSAVE format (Linux arch/x86/include/asm/sigframe.h, uapi/asm/sigcontext.h).
/// </summary>
internal static class SignalFrame
{
    /// <summary>Bytes below the stack pointer that leaf functions use (System V ABI, 3.2.2).</summary>
    private const ulong RedZone = 128;

    private const uint Magic1 = 0x4650_5853;
    private const uint Magic2 = 0x4650_5845;
    private const int Magic2Bytes = 4;
    private const int SoftwareReserved = 464;
    private const int LegacyBytes = 512;
    private const ushort UserCs = 0x33;
    private const ushort UserSs = 0x2b;
    private const ulong FlagsCleared = 0x1_0500; // RF, DF, TF
    private const ulong ContextFlags = 7; // UC_FP_XSTATE, UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS

    /// <summary>Largest frame, for AT_MINSIGSTKSZ.</summary>
    internal static ulong LargestBytes => (ulong)CpuContext.ExtendedStateSize + Magic2Bytes + (ulong)Frame.Bytes + RedZone + 64 + 16;

    [StructLayout(LayoutKind.Sequential)]
    private struct Frame
    {
        public const int Bytes = 440;
        public const int ContextOffset = 8;
        public const int InfoOffset = 312;

        public ulong ReturnAddress;
        public ulong ContextFlags;
        public ulong Link;
        public AlternateStack Stack;
        public ulong R8;
        public ulong R9;
        public ulong R10;
        public ulong R11;
        public ulong R12;
        public ulong R13;
        public ulong R14;
        public ulong R15;
        public ulong Rdi;
        public ulong Rsi;
        public ulong Rbp;
        public ulong Rbx;
        public ulong Rdx;
        public ulong Rax;
        public ulong Rcx;
        public ulong Rsp;
        public ulong Rip;
        public ulong Rflags;
        public ushort Cs;
        public ushort Gs;
        public ushort Fs;
        public ushort Ss;
        public ulong Error;
        public ulong TrapNumber;
        public ulong OldMask;
        public ulong FaultAddress;
        public ulong ExtendedState;
        public ulong Reserved0;
        public ulong Reserved1;
        public ulong Reserved2;
        public ulong Reserved3;
        public ulong Reserved4;
        public ulong Reserved5;
        public ulong Reserved6;
        public ulong Reserved7;
        public SignalSet Mask;
        public SignalInfo Info;
    }

    /// <summary>Makes the thread run the handler next. False when its stack cannot take the frame.</summary>
    internal static bool TryPush(UserThread thread, in SignalInfo info, in SignalAction action, SignalSet savedMask)
    {
        if ((action.Flags & SignalActionFlags.Restorer) == 0)
        {
            return false; // x86-64 has no other way back
        }

        ref UserRegisters registers = ref thread.Context.Registers;
        AlternateStack alternate = thread.SignalStack;
        ulong top = unchecked(registers.Rsp - RedZone);
        bool isOnAlternate = IsOn(in alternate, registers.Rsp);
        if ((action.Flags & SignalActionFlags.OnStack) != 0 && alternate.Size != 0 && !isOnAlternate)
        {
            top = unchecked(alternate.Pointer + alternate.Size);
            isOnAlternate = true;
        }

        int stateBytes = CpuContext.ExtendedStateSize;
        ulong state = unchecked(top - (ulong)(stateBytes + Magic2Bytes)) & ~63UL;
        ulong at = unchecked(((state - Frame.Bytes) & ~15UL) - 8);
        if (isOnAlternate && alternate.Size != 0 && at < alternate.Pointer && (alternate.Flags & AlternateStack.Disabled) == 0)
        {
            return false; // it would run over the end of the alternate stack
        }

        Trap trap = thread.LastTrap;
        Frame frame = new()
        {
            ReturnAddress = action.Restorer,
            ContextFlags = ContextFlags,
            Stack = Shown(in alternate, registers.Rsp),
            R8 = registers.R8,
            R9 = registers.R9,
            R10 = registers.R10,
            R11 = registers.R11,
            R12 = registers.R12,
            R13 = registers.R13,
            R14 = registers.R14,
            R15 = registers.R15,
            Rdi = registers.Rdi,
            Rsi = registers.Rsi,
            Rbp = registers.Rbp,
            Rbx = registers.Rbx,
            Rdx = registers.Rdx,
            Rax = registers.Rax,
            Rcx = registers.Rcx,
            Rsp = registers.Rsp,
            Rip = registers.Rip,
            Rflags = registers.Rflags,
            Cs = UserCs,
            Ss = UserSs,
            Error = trap.ErrorCode | (trap.Kind == TrapKind.PageFault ? 4u : 0),
            TrapNumber = (ulong)trap.Vector,
            OldMask = savedMask.Bits,
            FaultAddress = trap.FaultAddress.Value,
            ExtendedState = state,
            Mask = savedMask,
            Info = info,
        };

        Span<byte> extended = stackalloc byte[stateBytes + Magic2Bytes];
        thread.Context.SaveExtendedState(extended[..stateBytes]);
        WriteSoftwareReserved(extended, stateBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(extended[stateBytes..], Magic2);
        AddressSpace space = thread.Process.Space;
        if (space.Write(new VirtAddr(state), extended) != extended.Length || !space.TryWrite(new VirtAddr(at), in frame))
        {
            return false;
        }

        if ((alternate.Flags & AlternateStack.AutoDisarm) != 0)
        {
            thread.SignalStack = new AlternateStack { Flags = AlternateStack.Disabled };
        }

        registers.Rdi = (ulong)info.Number;
        registers.Rsi = at + Frame.InfoOffset;
        registers.Rdx = at + Frame.ContextOffset;
        registers.Rax = 0;
        registers.Rsp = at;
        registers.Rip = action.Handler;
        registers.Rflags &= ~FlagsCleared;
        return true;
    }

    /// <summary>rt_sigreturn(2): loads the registers, mask and alternate stack that the frame at the stack pointer holds. False when it cannot be read or is not valid.</summary>
    internal static bool TryPop(UserThread thread)
    {
        ref UserRegisters registers = ref thread.Context.Registers;
        AddressSpace space = thread.Process.Space;
        if (!space.TryRead(new VirtAddr(unchecked(registers.Rsp - 8)), out Frame frame)
            || !TryRestoreExtendedState(thread, space, frame.ExtendedState))
        {
            return false;
        }

        registers.R8 = frame.R8;
        registers.R9 = frame.R9;
        registers.R10 = frame.R10;
        registers.R11 = frame.R11;
        registers.R12 = frame.R12;
        registers.R13 = frame.R13;
        registers.R14 = frame.R14;
        registers.R15 = frame.R15;
        registers.Rdi = frame.Rdi;
        registers.Rsi = frame.Rsi;
        registers.Rbp = frame.Rbp;
        registers.Rbx = frame.Rbx;
        registers.Rdx = frame.Rdx;
        registers.Rax = frame.Rax;
        registers.Rcx = frame.Rcx;
        registers.Rsp = frame.Rsp;
        registers.Rip = frame.Rip;
        registers.Rflags = frame.Rflags;
        thread.Blocked = frame.Mask;
        _ = TrySetStack(thread, frame.Stack); // as Linux: a stack that cannot be restored stays
        return true;
    }

    /// <summary>sigaltstack(2) as it is read back: with SS_ONSTACK or SS_DISABLE.</summary>
    internal static AlternateStack Shown(in AlternateStack stack, ulong stackPointer)
    {
        AlternateStack shown = stack;
        shown.Flags = (stack.Flags & AlternateStack.AutoDisarm)
            | (stack.Size == 0 ? AlternateStack.Disabled : IsOn(in stack, stackPointer) ? AlternateStack.OnStack : 0);
        return shown;
    }

    /// <summary>Installs an alternate stack. EPERM while running on the present one, ENOMEM when it is too small, EINVAL for unknown flags.</summary>
    internal static Errno TrySetStack(UserThread thread, AlternateStack stack)
    {
        const ulong MinimumBytes = 2048;
        AlternateStack present = thread.SignalStack;
        if (IsOn(in present, thread.Context.Registers.Rsp))
        {
            return Errno.EPERM;
        }

        int mode = stack.Flags & ~AlternateStack.AutoDisarm;
        if (mode is not (0 or AlternateStack.OnStack or AlternateStack.Disabled))
        {
            return Errno.EINVAL;
        }

        if (mode == AlternateStack.Disabled)
        {
            thread.SignalStack = new AlternateStack { Flags = AlternateStack.Disabled };
            return Errno.None;
        }

        if (stack.Size < MinimumBytes)
        {
            return Errno.ENOMEM;
        }

        stack.Flags &= AlternateStack.AutoDisarm;
        thread.SignalStack = stack;
        return Errno.None;
    }

    private static bool IsOn(in AlternateStack stack, ulong stackPointer) =>
        stack.Size != 0 && (stack.Flags & AlternateStack.AutoDisarm) == 0 && stack.Contains(stackPointer);

    private static void WriteSoftwareReserved(Span<byte> extended, int stateBytes)
    {
        Span<byte> reserved = extended.Slice(SoftwareReserved, LegacyBytes - SoftwareReserved);
        reserved.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(reserved, Magic1);
        BinaryPrimitives.WriteUInt32LittleEndian(reserved[4..], (uint)(stateBytes + Magic2Bytes));
        BinaryPrimitives.WriteUInt64LittleEndian(reserved[8..], CpuContext.ExtendedStateComponents);
        BinaryPrimitives.WriteUInt32LittleEndian(reserved[16..], (uint)stateBytes);
    }

    private static bool TryRestoreExtendedState(UserThread thread, AddressSpace space, ulong address)
    {
        if (address == 0)
        {
            thread.Context.ResetExtendedState();
            return true;
        }

        int stateBytes = CpuContext.ExtendedStateSize;
        Span<byte> extended = stackalloc byte[stateBytes + Magic2Bytes];
        int got = space.Read(new VirtAddr(address), extended);
        if (got < LegacyBytes)
        {
            return false;
        }

        // Without both magic numbers only the legacy state is meant (sigcontext.h).
        bool isWhole = got == extended.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(extended[SoftwareReserved..]) == Magic1
            && BinaryPrimitives.ReadUInt32LittleEndian(extended[(SoftwareReserved + 16)..]) == (uint)stateBytes
            && BinaryPrimitives.ReadUInt32LittleEndian(extended[stateBytes..]) == Magic2;
        return thread.Context.TryRestoreExtendedState(isWhole ? extended[..stateBytes] : extended[..LegacyBytes]);
    }
}
