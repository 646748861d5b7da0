using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Mote.Tests.Architecture;

/// <summary>
/// The call graph of the code that is linked into the kernel, from its IL. A virtual call goes to every override in the kernel's assemblies, a delegate's
/// to every method that a delegate of its type was made of. What only leads to a throw is left out, because a throw ends in the panic path.
/// </summary>
internal class CallGraph : IDisposable
{
    private readonly List<ModuleDefinition> _modules = [];
    private readonly DefaultAssemblyResolver _resolver = new();
    private readonly Dictionary<string, List<MethodDefinition>> _overrides = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<MethodDefinition>> _delegateTargets = new(StringComparer.Ordinal);

    public CallGraph(IEnumerable<string> assemblies, IEnumerable<string> libraryFolders)
    {
        foreach (string folder in _resolver.GetSearchDirectories())
        {
            _resolver.RemoveSearchDirectory(folder);
        }

        foreach (string folder in libraryFolders)
        {
            _resolver.AddSearchDirectory(folder);
        }

        ReaderParameters parameters = new() { AssemblyResolver = _resolver };
        foreach (string path in assemblies)
        {
            _modules.Add(ModuleDefinition.ReadModule(path, parameters));
        }

        foreach (MethodDefinition method in Methods)
        {
            AddOverrides(method);
        }

        foreach (MethodDefinition method in Methods)
        {
            AddDelegateTargets(method);
        }
    }

    /// <summary>Every method of the assemblies.</summary>
    public IEnumerable<MethodDefinition> Methods => _modules.SelectMany(module => module.GetTypes()).SelectMany(type => type.Methods);

    public void Dispose()
    {
        foreach (ModuleDefinition module in _modules)
        {
            module.Dispose();
        }

        _resolver.Dispose();
    }

    /// <summary>What a method may call, constructors included.</summary>
    public IEnumerable<MethodDefinition> CalleesOf(MethodDefinition method)
    {
        if (!method.HasBody)
        {
            yield break;
        }

        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.Operand is not MethodReference reference || instruction.OpCode.Code is not (Code.Call or Code.Callvirt or Code.Newobj) || LeadsToThrow(instruction))
            {
                continue;
            }

            // Code that is itself generic may hold a delegate of any instance of the type.
            TypeReference holder = reference.DeclaringType.ContainsGenericParameter ? reference.DeclaringType.GetElementType() : reference.DeclaringType;
            if (reference.Name == "Invoke" && _delegateTargets.TryGetValue(holder.FullName, out List<MethodDefinition>? targets))
            {
                foreach (MethodDefinition target in targets)
                {
                    yield return target;
                }

                continue;
            }

            MethodDefinition? callee = reference.Resolve();
            if (callee is null || NeverReturns(callee) || IsLeft(callee))
            {
                continue;
            }

            yield return callee;
            if (callee.IsVirtual && instruction.OpCode.Code == Code.Callvirt && _overrides.TryGetValue(Key(callee), out List<MethodDefinition>? overrides))
            {
                foreach (MethodDefinition target in overrides)
                {
                    yield return target;
                }
            }
        }
    }

    private void AddOverrides(MethodDefinition method)
    {
        if (!method.IsVirtual || method.IsAbstract)
        {
            return;
        }

        foreach (MethodReference explicitly in method.Overrides)
        {
            AddTo(_overrides, Key(explicitly), method);
        }

        for (TypeDefinition? type = method.DeclaringType.BaseType?.Resolve(); type is not null; type = type.BaseType?.Resolve())
        {
            AddMatches(type, method);
        }

        foreach (InterfaceImplementation implementation in InterfacesOf(method.DeclaringType))
        {
            if (implementation.InterfaceType.Resolve() is { } type)
            {
                AddMatches(type, method);
            }
        }
    }

    private void AddMatches(TypeDefinition type, MethodDefinition method)
    {
        foreach (MethodDefinition candidate in type.Methods.Where(other => other.IsVirtual && other.Name == method.Name && other.Parameters.Count == method.Parameters.Count))
        {
            AddTo(_overrides, Key(candidate), method);
        }
    }

    private void AddDelegateTargets(MethodDefinition method)
    {
        if (!method.HasBody)
        {
            return;
        }

        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.OpCode.Code is Code.Ldftn or Code.Ldvirtftn && instruction.Next is { OpCode.Code: Code.Newobj } made
                && ((MethodReference)instruction.Operand).Resolve() is { } target)
            {
                TypeReference instance = ((MethodReference)made.Operand).DeclaringType;
                foreach (string type in (string[])[instance.FullName, instance.GetElementType().FullName])
                {
                    AddTo(_delegateTargets, type, target);
                    if (_overrides.TryGetValue(Key(target), out List<MethodDefinition>? overrides))
                    {
                        overrides.ForEach(other => AddTo(_delegateTargets, type, other));
                    }
                }
            }
        }
    }

    private static IEnumerable<InterfaceImplementation> InterfacesOf(TypeDefinition type)
    {
        for (TypeDefinition? at = type; at is not null; at = at.BaseType?.Resolve())
        {
            foreach (InterfaceImplementation implementation in at.Interfaces)
            {
                yield return implementation;
            }
        }
    }

    /// <summary>The object is made to be thrown, or the call only throws.</summary>
    protected static bool LeadsToThrow(Instruction instruction)
    {
        for (Instruction? next = instruction.Next; next is not null; next = next.Next)
        {
            switch (next.OpCode.FlowControl)
            {
                case FlowControl.Throw:
                    return true;
                case FlowControl.Next or FlowControl.Call or FlowControl.Meta:
                    continue;
                default:
                    return false;
            }
        }

        return false;
    }

    private static bool NeverReturns(MethodDefinition method) =>
        method.Name.StartsWith("Throw", StringComparison.Ordinal) || method.DeclaringType.Name == "ThrowHelper" || method.Name is "FailFast"
        || method.CustomAttributes.Any(a => a.AttributeType.Name == "DoesNotReturnAttribute");

    /// <summary>
    /// What the graph need not enter: the fake machine, which is not in the image, and the class library's arithmetic on vectors and memory, which has
    /// paths for hardware that this is not.
    /// </summary>
    private static bool IsLeft(MethodDefinition method) => method.DeclaringType.Namespace == "Mote.Machine"
        ? method.DeclaringType.Name == "MachineKind" || method.DeclaringType.Name.StartsWith("Hosted", StringComparison.Ordinal)
        : method.DeclaringType.FullName is "System.Type" or "System.SpanHelpers" or "System.PackedSpanHelpers" or "System.Buffer" or "System.Numerics.BitOperations"
            || method.DeclaringType.Namespace.StartsWith("System.Runtime.Intrinsics", StringComparison.Ordinal);

    private static string Key(MethodReference method) => $"{method.DeclaringType.GetElementType().FullName}::{method.Name}/{method.Parameters.Count}";

    private static void AddTo(Dictionary<string, List<MethodDefinition>> map, string key, MethodDefinition method)
    {
        if (!map.TryGetValue(key, out List<MethodDefinition>? list))
        {
            map[key] = list = [];
        }

        list.Add(method);
    }
}
