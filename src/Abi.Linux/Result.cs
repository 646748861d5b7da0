using System;
using System.Runtime.CompilerServices;

namespace Mote.Abi.Linux;

/// <summary>A value or an <see cref="Abi.Linux.Errno"/>; the kernel's way to fail. <c>default</c> is success with the default value.</summary>
public readonly struct Result<T>
{
    private readonly T _value;

    private Result(T value, Errno error)
    {
        _value = value;
        Error = error;
    }

    /// <summary><see cref="Errno.None"/> on success.</summary>
    public Errno Error { get; }

    public bool IsOk => Error == Errno.None;

    /// <summary>The value; it may be read after success only.</summary>
    public T Value
    {
        get
        {
            if (Error != Errno.None)
            {
                ThrowNoValue();
            }

            return _value;
        }
    }

    /// <summary>True with the value, or false with the error in <see cref="Error"/>.</summary>
    public bool TryGet(out T value)
    {
        value = _value;
        return Error == Errno.None;
    }

    public static implicit operator Result<T>(T value) => new(value, Errno.None);

    public static implicit operator Result<T>(Errno error) => new(default!, error);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowNoValue() => throw new InvalidOperationException("A failed result has no value.");
}
