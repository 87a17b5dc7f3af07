// SPDX-License-Identifier: MIT
using Xunit.Abstractions;
using Xunit.Sdk;

namespace LbEngine.Tests.Harness.Runs;

/// <summary>Finds tests as xunit does, and gives the quick ones the trait by which they are chosen.</summary>
internal sealed class MarkingDiscoverer(IAssemblyInfo assembly, ISourceInformationProvider sources, IMessageSink messages)
    : XunitTestFrameworkDiscoverer(assembly, sources, messages)
{
    protected override bool FindTestsForType(
        ITestClass testClass, bool includeSourceInformation, IMessageBus messageBus, ITestFrameworkDiscoveryOptions discoveryOptions) =>
        base.FindTestsForType(testClass, includeSourceInformation, new MarkingBus(messageBus), discoveryOptions);

    private sealed class MarkingBus(IMessageBus inner) : IMessageBus
    {
        public bool QueueMessage(IMessageSinkMessage message)
        {
            if (message is ITestCaseDiscoveryMessage { TestCase: ITestCase found } && Quick.Holds(found.TestMethod.TestClass.Class.Name, found.Traits))
            {
                if (!found.Traits.TryGetValue(Quick.Category, out List<string>? categories))
                {
                    found.Traits[Quick.Category] = categories = [];
                }

                categories.Add(Quick.Name);
            }

            return inner.QueueMessage(message);
        }

        // The bus belongs to whoever has made it.
        public void Dispose()
        {
        }
    }
}
