// The reference types that the C# compiler and ilc require. This runtime creates no object of its own:
// the types exist so that it compiles, and none has behaviour.

namespace System;

public unsafe class Object
{
    // The name is checked by ilc.
    internal Mote.Runtime.MethodTable* m_pEEType;
}

public sealed class String
{
    // ilc lays string literals out as length and characters.
    private readonly int _stringLength;
    private readonly char _firstChar;
}

public abstract class Array
{
    private readonly int _numComponents;
}

internal class Array<T> : Array { }

public abstract class Delegate
{
    internal object _firstParameter;
    internal object _helperObject;
    internal nint _extraFunctionPointerOrData;
    internal nint _functionPointer;
}

public abstract class MulticastDelegate : Delegate { }

public class Exception { }

public abstract class Attribute { }

public enum AttributeTargets
{
    All = 0x7fff,
}

public sealed class AttributeUsageAttribute(AttributeTargets validOn) : Attribute
{
    public AttributeTargets ValidOn => validOn;
    public bool AllowMultiple { get; set; }
    public bool Inherited { get; set; }
}

public sealed class ParamArrayAttribute : Attribute { }

public sealed class ObsoleteAttribute : Attribute { }

public class RuntimeType { }
