namespace Mote.Kernel.Syscalls;

/// <summary>The name and the argument kinds of a system call. <c>default</c> is no call: its name is null.</summary>
public readonly struct SyscallShape(
    string name,
    ArgumentKind first = ArgumentKind.None,
    ArgumentKind second = ArgumentKind.None,
    ArgumentKind third = ArgumentKind.None,
    ArgumentKind fourth = ArgumentKind.None,
    ArgumentKind fifth = ArgumentKind.None,
    ArgumentKind sixth = ArgumentKind.None)
{
    /// <summary>Linux's name, or null.</summary>
    public string? Name { get; } = name;

    /// <summary>What the result of a successful call is; <see cref="ArgumentKind.None"/> is a plain number.</summary>
    public ArgumentKind Result { get; init; }

    /// <summary>Arguments that the call has.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            while (count < 6 && this[count] != ArgumentKind.None)
            {
                count++;
            }

            return count;
        }
    }

    /// <summary>The kind of argument 0 to 5.</summary>
    public ArgumentKind this[int index] => index switch
    {
        0 => first,
        1 => second,
        2 => third,
        3 => fourth,
        4 => fifth,
        5 => sixth,
        _ => ArgumentKind.None,
    };
}
