using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Machine;
using Mote.Tests.Unit.Hosted;
using Xunit;

namespace Mote.Tests.Unit.Processes;

/// <summary>
/// The frame of a signal handler, byte by byte, as Linux's ABI for x86-64 has it: struct rt_sigframe (arch/x86/include/asm/sigframe.h: return address, struct ucontext, struct
/// siginfo), struct ucontext (include/uapi/asm-generic/ucontext.h), struct sigcontext_64 and struct _fpx_sw_bytes (arch/x86/include/uapi/asm/sigcontext.h), siginfo_t
/// (include/uapi/asm-generic/siginfo.h). The offsets are what offsetof gives for glibc's ucontext_t and siginfo_t.
/// </summary>
public sealed class SignalFrameTests
{
    private const int Context = 8; // behind pretcode
    private const int StackField = Context + 16;
    private const int Registers = Context + 40; // uc_mcontext
    private const int Mask = Context + 296; // uc_sigmask
    private const int Info = Context + 304;
    private const int FrameBytes = Info + 128;

    private readonly HostedKernel _kernel = new();
    private UserRegisters _atHandler;
    private UserRegisters _before;
    private byte[] _frame = [];

    [Fact]
    public void The_handler_gets_the_frame_that_the_ABI_describes()
    {
        Deliver();
        Assert.Equal((ulong)Signal.SIGUSR1, _atHandler.Rdi);
        Assert.Equal(_atHandler.Rsp + Info, _atHandler.Rsi);
        Assert.Equal(_atHandler.Rsp + Context, _atHandler.Rdx);
        Assert.Equal(0UL, _atHandler.Rax);

        // As at the entry of a function: the return address makes the stack 8 modulo 16, and the red zone is left alone (psABI 3.2.2).
        Assert.Equal(8UL, _atHandler.Rsp % 16);
        Assert.True(_atHandler.Rsp + FrameBytes <= _before.Rsp - 128);
        Assert.Equal(0x40_0400UL, Word(0)); // pretcode: sa_restorer
    }

    [Fact]
    public void The_context_holds_flags_stack_registers_and_mask()
    {
        Deliver();
        Assert.Equal(7UL, Word(Context)); // uc_flags: UC_FP_XSTATE, UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS
        Assert.Equal(0UL, Word(Context + 8)); // uc_link
        Assert.Equal(0UL, Word(StackField)); // ss_sp
        Assert.Equal(2U, Half(StackField + 8)); // ss_flags: SS_DISABLE
        Assert.Equal(0UL, Word(StackField + 16)); // ss_size

        // gregs of <sys/ucontext.h>: REG_R8 .. REG_R15, RDI, RSI, RBP, RBX, RDX, RAX, RCX, RSP, RIP, EFL.
        ReadOnlySpan<ulong> registers = [_before.R8, _before.R9, _before.R10, _before.R11, _before.R12, _before.R13, _before.R14, _before.R15, _before.Rdi, _before.Rsi, _before.Rbp, _before.Rbx, _before.Rdx];
        for (int i = 0; i < registers.Length; i++)
        {
            Assert.Equal(registers[i], Word(Registers + (i * 8)));
        }

        Assert.Equal(0UL, Word(Registers + (13 * 8))); // REG_RAX: what kill(2) returned
        Assert.Equal(_before.Rsp, Word(Registers + (15 * 8)));
        Assert.Equal(_before.Rip, Word(Registers + (16 * 8)));
        Assert.Equal(_before.Rflags, Word(Registers + (17 * 8)));
        Assert.Equal(0x002b_0000_0000_0033UL, Word(Registers + (18 * 8))); // REG_CSGSFS: cs, gs, fs, ss
        Assert.Equal(0UL, Word(Registers + (19 * 8))); // REG_ERR
        Assert.Equal(0UL, Word(Registers + (20 * 8))); // REG_TRAPNO
        Assert.Equal(1UL << ((int)Signal.SIGHUP - 1), Word(Registers + (21 * 8))); // REG_OLDMASK
        Assert.Equal(0UL, Word(Registers + (22 * 8))); // REG_CR2
        Assert.Equal(1UL << ((int)Signal.SIGHUP - 1), Word(Mask));
    }

    [Fact]
    public void The_information_tells_the_sender()
    {
        Deliver();
        Assert.Equal((uint)Signal.SIGUSR1, Half(Info)); // si_signo
        Assert.Equal(0U, Half(Info + 4)); // si_errno
        Assert.Equal(0U, Half(Info + 8)); // si_code: SI_USER
        Assert.Equal((uint)_kernel.Process.Id, Half(Info + 16)); // si_pid
        Assert.Equal(0U, Half(Info + 20)); // si_uid
    }

    [Fact]
    public void The_extended_state_lies_aligned_above_the_frame_between_its_marks()
    {
        Deliver();
        ulong at = Word(Registers + (23 * 8)); // fpregs
        Assert.Equal(0UL, at % 64);
        Assert.True(at >= _atHandler.Rsp + FrameBytes);
        byte[] state = _state;
        Assert.Equal(0x46505853U, BinaryPrimitives.ReadUInt32LittleEndian(state.AsSpan(464))); // FP_XSTATE_MAGIC1
        uint extended = BinaryPrimitives.ReadUInt32LittleEndian(state.AsSpan(468)); // extended_size
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(state.AsSpan(480)); // xstate_size
        Assert.Equal(size + 4, extended);
        Assert.True(at + extended <= _before.Rsp - 128);
        Assert.Equal(0x46505845U, BinaryPrimitives.ReadUInt32LittleEndian(state.AsSpan((int)size))); // FP_XSTATE_MAGIC2
    }

    [Fact]
    public void Returning_restores_what_the_frame_says()
    {
        Deliver();
        Assert.Equal(0, _kernel.Result);
        Assert.Equal(_before.Rsp, _rspAfter);
        Assert.Equal(1UL << ((int)Signal.SIGHUP - 1), _maskAfter);
    }

    [Fact]
    public void A_write_to_a_pipe_without_reader_names_the_writer()
    {
        _kernel.Handled = TakeFrame;
        _kernel.Run(Program);
        Assert.Equal((uint)Signal.SIGPIPE, Half(Info));
        Assert.Equal(0U, Half(Info + 8)); // SI_USER
        Assert.Equal((uint)_kernel.Process.Id, Half(Info + 16));

        IEnumerable<SystemCall> Program()
        {
            yield return _kernel.Catch(Signal.SIGPIPE);
            yield return new SystemCall(SyscallNumber.Pipe, _kernel.Memory);
            yield return new SystemCall(SyscallNumber.Close, 0);
            yield return new SystemCall(SyscallNumber.Write, 1, _kernel.Memory, 1);
            Assert.Equal(-(long)Errno.EPIPE, _kernel.Result);
        }
    }

    private byte[] _state = [];
    private ulong _rspAfter;
    private ulong _maskAfter;

    private void Deliver()
    {
        _kernel.Handled = TakeFrame;
        _kernel.Run(Program);

        IEnumerable<SystemCall> Program()
        {
            yield return _kernel.Catch(Signal.SIGUSR1);
            _kernel.Put(0, 1UL << ((int)Signal.SIGHUP - 1));
            yield return new SystemCall(SyscallNumber.RtSigprocmask, 2, _kernel.Memory, 0, 8);
            ref UserRegisters registers = ref _kernel.Thread.Context.Registers;
            registers.Rbx = 0xb;
            registers.Rbp = 0xbb;
            registers.R12 = 12;
            registers.R13 = 13;
            registers.R14 = 14;
            registers.R15 = 15;
            SystemCall call = new(SyscallNumber.Kill, (ulong)_kernel.Process.Id, (ulong)Signal.SIGUSR1, 3, 4, 5, 6);
            _before = registers;
            _before.Rdi = call.Arguments[0];
            _before.Rsi = call.Arguments[1];
            _before.Rdx = 3;
            _before.R10 = 4;
            _before.R8 = 5;
            _before.R9 = 6;
            yield return call;
            _rspAfter = _kernel.Thread.Context.Registers.Rsp;
            _maskAfter = _kernel.Thread.Blocked.Bits;
        }
    }

    private void TakeFrame(UserRegisters registers)
    {
        _atHandler = registers;
        _frame = _kernel.Bytes(registers.Rsp, FrameBytes);
        _state = _kernel.Bytes(Word(Registers + (23 * 8)), CpuContext.ExtendedStateSize + 4);
    }

    private ulong Word(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_frame.AsSpan(offset));

    private uint Half(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_frame.AsSpan(offset));
}
