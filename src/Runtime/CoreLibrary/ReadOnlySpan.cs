namespace System;

/// <summary>Enough of the span for UTF-8 literals.</summary>
public readonly ref struct ReadOnlySpan<T>
{
    private readonly ref readonly T _reference;
    private readonly int _length;

#pragma warning disable CS8500 // The compiler makes spans of bytes only.
    public unsafe ReadOnlySpan(void* pointer, int length)
    {
        // SAFETY: the compiler passes a literal in the read-only section.
        _reference = ref *(T*)pointer;
        _length = length;
    }
#pragma warning restore CS8500

    /// <summary>What the compiler writes for a literal, before it turns it into the constructor above.</summary>
    public ReadOnlySpan(T[] array, int start, int length)
    {
        _length = length;
    }

    public int Length => _length;

    public ref readonly T GetPinnableReference() => ref _reference;
}
