// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;
using LbEngine.Admin;
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Files;
using LbEngine.Leasing;
using LbEngine.Scheduling;
using LbEngine.Testing;
using LbEngine.Transport.Probes;

namespace LbEngine.Tests.Hosting.Data;

/// <summary>The public types of both packages: what does something, and is named here, and all others, which are data.</summary>
internal static class PublicTypes
{
    /// <summary>What nobody writes down, with the reason. Whatever is not here must survive JSON.</summary>
    public static readonly IReadOnlyDictionary<Type, string> Behaviour = new Dictionary<Type, string>
    {
        [typeof(LoadBalancer)] = "the engine",
        [typeof(LoadBalancerBuilder)] = "makes an engine",
        [typeof(LoadBalancerAdminOptions)] = "holds callbacks",
        [typeof(ConfigurationNode)] = "a document while it is read: its JSON is the document",
        [typeof(ConfigurationEntry)] = "a part of such a document",
        [typeof(HostSection)] = "reads a section",
        [typeof(HostSection<>)] = "reads a section",
        [typeof(Setting<>)] = "reads a setting",
        [typeof(SettingTable<>)] = "reads a section",
        [typeof(SettingCheck)] = "gathers mistakes",
        [typeof(LeasePool)] = "gives leases",
        [typeof(BackendLease)] = "holds a backend",
        [typeof(SchedulingSet)] = "what a scheduler reads while it picks",
        [typeof(SchedulingContext)] = "lives as long as one pick",
        [typeof(ExclusionSet)] = "lives as long as one pick",
        [typeof(ConnectionAttempt)] = "what a filter is asked, as long as it is",
        [typeof(HttpAnswerReader)] = "reads an answer",
        [typeof(SocketFile)] = "holds a file",
        [typeof(ManualTimeProvider)] = "a clock",
        [typeof(MemoryNetwork)] = "a network for tests",
        [typeof(MemoryConnection)] = "an end of a connection in it",
        [typeof(MemoryClient)] = "a client in it",
        [typeof(MemoryBackend)] = "a backend in it",
        [typeof(MemoryDatagram)] = "answers a datagram in it",
        [typeof(MemoryDatagramBackend)] = "a backend in it",
        [typeof(MemoryDatagramClient)] = "a client in it",
    };

    public static IEnumerable<Type> Data => new[] { typeof(LoadBalancer), typeof(LoadBalancerAdminOptions) }
        .SelectMany(one => one.Assembly.GetExportedTypes())
        .Where(type => (type.IsValueType || type.IsClass) && !(type.IsAbstract && type.IsSealed))
        .Where(type => !typeof(Delegate).IsAssignableFrom(type) && !typeof(Exception).IsAssignableFrom(type))
        .Where(type => !typeof(JsonConverter).IsAssignableFrom(type) && !typeof(JsonSerializerContext).IsAssignableFrom(type))
        .Where(type => !Behaviour.ContainsKey(type))
        .Where(type => !type.IsAbstract); // what derives from it is data itself
}
