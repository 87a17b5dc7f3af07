// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using LbEngine.Testing;
using LbEngine.Tests.ConsoleHost;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Model;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace LbEngine.Tests.Architecture;

/// <summary>Which tests are quick, and what a run says of itself.</summary>
public class QuickTests
{
    private static readonly Dictionary<string, List<string>> NoTraits = [];

    [Fact]
    public void Holds_ByPlace_UnlessTheClassSaysThatItIsSlow()
    {
        var slow = new Dictionary<string, List<string>> { [Quick.Category] = [Quick.Slow] };

        Assert.True(Quick.Holds(typeof(QuickTests).FullName!, NoTraits));
        Assert.False(Quick.Holds(typeof(QuickTests).FullName!, slow));
        Assert.False(Quick.Holds("LbEngine.Tests.EndToEnd.Faults.ResetFaultTests", NoTraits));
        Assert.False(Quick.Holds("LbEngine.Tests.ConsoleHost.StartTests", NoTraits));
    }

    [Fact]
    public void Discovery_OfOneClassOfEachKind_MarksTheQuickOne()
    {
        Type[] classes = [typeof(QuickTests), typeof(ModelTests), typeof(StartTests)];
        var found = new Found();
        using ITestFrameworkDiscoverer discoverer = new LbTestFramework(new NullMessageSink()).GetDiscoverer(Reflector.Wrap(typeof(QuickTests).Assembly));
        foreach (Type one in classes)
        {
            discoverer.Find(one.FullName!, includeSourceInformation: false, found, new NoOptions());
            Assert.True(found.IsComplete.WaitOne(TimeSpan.FromSeconds(60)), $"The tests of {one.Name} were not found within 60 s.");
        }

        Assert.Equal(
            [(nameof(ModelTests), false), (nameof(QuickTests), true), (nameof(StartTests), false)],
            found.Tests.Select(test => (test.TestMethod.TestClass.Class.ToRuntimeType().Name, IsQuick(test))).Distinct().Order());

        static bool IsQuick(ITestCase test) => test.Traits.TryGetValue(Quick.Category, out List<string>? all) && all.Contains(Quick.Name);
    }

    [Fact]
    public void Categories_OfAllClasses_AreKnown()
    {
        IEnumerable<string> categories = typeof(QuickTests).Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributesData().Concat(type.GetMethods().SelectMany(method => method.GetCustomAttributesData())))
            .Where(one => one.AttributeType == typeof(TraitAttribute))
            .Select(one => $"{one.ConstructorArguments[0].Value}={one.ConstructorArguments[1].Value}");

        Assert.Equal([$"{Quick.Category}={Quick.Slow}"], categories.Distinct());
    }

    [Fact]
    public void Finish_OfALongRun_SaysEveryHalfMinuteHowFarItIs()
    {
        var time = new ManualTimeProvider();
        var progress = new RunProgress(4600, time);
        var lines = new List<string?> { progress.Begin() };
        for (int i = 0; i < 4600; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(20));
            lines.Add(progress.Finish());
        }

        Assert.Equal(
            [
                "4,600 tests begin, which take 15 to 20 minutes on two cores; those of --filter Category=Quick take two.",
                "1,500 of 4,600 tests have ended after 0:30.",
                "3,000 of 4,600 tests have ended after 1:00.",
                "4,500 of 4,600 tests have ended after 1:30.",
            ],
            lines.Where(line => line is not null));
    }

    [Fact]
    public void Finish_OfAFewTests_SaysNothing()
    {
        var time = new ManualTimeProvider();
        var progress = new RunProgress(2, time);
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(progress.Begin());
        Assert.Null(progress.Finish());
        Assert.Null(progress.Finish());
    }

    private sealed class Found : LongLivedMarshalByRefObject, IMessageSink
    {
        public AutoResetEvent IsComplete { get; } = new(false);

        public ConcurrentQueue<ITestCase> Tests { get; } = new();

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestCaseDiscoveryMessage one:
                    Tests.Enqueue(one.TestCase);
                    break;
                case IDiscoveryCompleteMessage:
                    _ = IsComplete.Set();
                    break;
            }

            return true;
        }
    }

    private sealed class NoOptions : ITestFrameworkDiscoveryOptions
    {
        public TValue GetValue<TValue>(string name) => default!;

        public void SetValue<TValue>(string name, TValue value)
        {
        }
    }
}
