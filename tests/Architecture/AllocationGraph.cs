using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Mote.Tests.Architecture;

/// <summary>What methods that are marked allocation-free reach in the call graph.</summary>
internal sealed class AllocationGraph(IEnumerable<string> assemblies, IEnumerable<string> libraryFolders) : CallGraph(assemblies, libraryFolders)
{
    private const string Free = "Mote.Machine.AllocationFreeAttribute";
    private const string May = "Mote.Machine.MayAllocateAttribute";

    /// <summary>Every method that is marked allocation-free.</summary>
    public IEnumerable<MethodDefinition> Roots => Methods.Where(method => Has(method, Free));

    /// <summary>Every method at which the search stops, with the reason given.</summary>
    public IEnumerable<(MethodDefinition Method, string Reason)> Exceptions => Methods.Where(method => Has(method, May))
        .Select(method => (method, (string)method.CustomAttributes.First(a => a.AttributeType.FullName == May).ConstructorArguments[0].Value));

    /// <summary>All ways from a root to an allocation, each as "root > ... > method: what it allocates"; a method is entered once.</summary>
    public IReadOnlyList<string> Allocations()
    {
        List<string> findings = [];
        Dictionary<MethodDefinition, MethodDefinition?> callers = [];
        Queue<MethodDefinition> open = new();
        foreach (MethodDefinition root in Roots)
        {
            callers[root] = null;
            open.Enqueue(root);
        }

        while (open.TryDequeue(out MethodDefinition? method))
        {
            foreach (string allocation in AllocationsIn(method))
            {
                findings.Add($"{Way(method, callers)}: {allocation}");
            }

            foreach (MethodDefinition callee in CalleesOf(method))
            {
                if (!Has(callee, May) && callers.TryAdd(callee, method))
                {
                    open.Enqueue(callee);
                }
            }
        }

        return findings;
    }

    private static IEnumerable<string> AllocationsIn(MethodDefinition method)
    {
        if (!method.HasBody)
        {
            // The class library's way to the allocator.
            if (method.IsInternalCall && (method.Name.StartsWith("RhNew", StringComparison.Ordinal) || method.Name.StartsWith("RhBox", StringComparison.Ordinal)))
            {
                yield return method.Name;
            }

            yield break;
        }

        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (LeadsToThrow(instruction))
            {
                continue;
            }

            switch (instruction.OpCode.Code)
            {
                case Code.Newarr:
                    yield return $"array of {instruction.Operand}";
                    break;
                case Code.Newobj when !IsValueType(((MethodReference)instruction.Operand).DeclaringType):
                    yield return $"new {((MethodReference)instruction.Operand).DeclaringType}";
                    break;
                case Code.Box when instruction.Next?.OpCode.Code is not (Code.Brtrue or Code.Brtrue_S or Code.Brfalse or Code.Brfalse_S or Code.Isinst or Code.Ldnull)
                    && instruction.Operand is not GenericParameter:
                    yield return $"boxed {instruction.Operand}";
                    break;
            }
        }
    }

    private static bool Has(MethodDefinition method, string attribute)
    {
        if (method.CustomAttributes.Any(a => a.AttributeType.FullName == attribute))
        {
            return true;
        }

        return (method.IsGetter || method.IsSetter)
            && method.DeclaringType.Properties.Any(p => (p.GetMethod == method || p.SetMethod == method) && p.CustomAttributes.Any(a => a.AttributeType.FullName == attribute));
    }

    private static bool IsValueType(TypeReference type) => type.IsValueType || (type.Resolve()?.IsValueType ?? false);

    private static string Way(MethodDefinition method, Dictionary<MethodDefinition, MethodDefinition?> callers)
    {
        List<string> names = [];
        for (MethodDefinition? at = method; at is not null; at = callers[at])
        {
            names.Add($"{at.DeclaringType.Name}.{at.Name}");
        }

        names.Reverse();
        return string.Join(" > ", names);
    }
}
