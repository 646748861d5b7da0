using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

/// <summary>What a system call was given: the calling thread and its registers, which the arguments are read from in place.</summary>
public readonly ref struct SyscallArguments
{
    private readonly ref UserRegisters _registers;

    public SyscallArguments(UserThread thread, ref UserRegisters registers)
    {
        Thread = thread;
        _registers = ref registers;
    }

    public UserThread Thread { get; }

    public Process Process => Thread.Process;

    public AddressSpace Space => Thread.Process.Space;

    /// <summary>The program's registers; the few calls that replace them (rt_sigreturn, execve) return the new RAX.</summary>
    public ref UserRegisters Registers => ref _registers;

    /// <summary>The call's number: the low half of RAX, as Linux takes it.</summary>
    public int Number => unchecked((int)_registers.Rax);

    public ulong A0 => _registers.Rdi;

    public ulong A1 => _registers.Rsi;

    public ulong A2 => _registers.Rdx;

    public ulong A3 => _registers.R10;

    public ulong A4 => _registers.R8;

    public ulong A5 => _registers.R9;

    /// <summary>The low half of argument 0, as the kernel takes an int.</summary>
    public int Int0 => unchecked((int)_registers.Rdi);

    /// <inheritdoc cref="Int0"/>
    public int Int1 => unchecked((int)_registers.Rsi);

    /// <inheritdoc cref="Int0"/>
    public int Int2 => unchecked((int)_registers.Rdx);

    /// <inheritdoc cref="Int0"/>
    public int Int3 => unchecked((int)_registers.R10);

    /// <inheritdoc cref="Int0"/>
    public int Int4 => unchecked((int)_registers.R8);

    public VirtAddr Address0 => new(_registers.Rdi);

    public VirtAddr Address1 => new(_registers.Rsi);

    public VirtAddr Address2 => new(_registers.Rdx);

    public VirtAddr Address3 => new(_registers.R10);

    public VirtAddr Address4 => new(_registers.R8);

    public VirtAddr Address5 => new(_registers.R9);
}
