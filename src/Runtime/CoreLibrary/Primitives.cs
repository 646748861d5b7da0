// The primitive types that the C# compiler and ilc look up by name (ilc: WellKnownType). The compiler
// knows their representation: the one field of each is itself.

namespace System;

public struct Void { }
public struct Boolean { private bool _value; }
public struct Char { private char _value; }
public struct SByte { private sbyte _value; }
public struct Byte { private byte _value; }
public struct Int16 { private short _value; }
public struct UInt16 { private ushort _value; }
public struct Int32 { private int _value; }
public struct UInt32 { private uint _value; }
public struct Int64 { private long _value; }
public struct UInt64 { private ulong _value; }
public struct IntPtr { private nint _value; }
public struct UIntPtr { private nuint _value; }
public struct Single { private float _value; }
public struct Double { private double _value; }

public abstract class ValueType { }
public abstract class Enum : ValueType { }

public struct Nullable<T>
    where T : struct
{
    private readonly bool _hasValue;
    private readonly T _value;
}

public struct RuntimeTypeHandle { private nint _value; }
public struct RuntimeMethodHandle { private nint _value; }
public struct RuntimeFieldHandle { private nint _value; }
public struct RuntimeArgumentHandle { private nint _value; }
public ref struct TypedReference { private nint _value, _type; }
