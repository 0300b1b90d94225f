//! Rules, beside what `ip rule` says of them.

mod lab;

use lab::{Lab, assert_same, objects, skip};
use nlwire::Ensured;
use nlwire::codec::Flags;
use nlwire::codec::route::Family;
use nlwire::codec::route::rule::{Header, NewRule, Rule as Key};
use nlwire::rule::{Rule, RuleAction, RuleFilter};
use nlwire::socket::{Error, Options};
use serde_json::Value;

/// Rules that both families have.
const RULES: &str = "
    rule add fwmark 5 lookup 1000 pref 10
    rule add fwmark 0x10/0xf0 lookup 77 pref 11 protocol bgp
    rule add iif v0 oif v1 lookup 77 pref 12
    rule add iif lo lookup 4294967295 pref 13
    rule add iif nobody oif nothing lookup 9 pref 14
    rule add not fwmark 6 lookup 77 pref 15
    rule add tos 8 lookup 77 pref 16
    rule add uidrange 0-0 lookup 77 pref 17
    rule add uidrange 1000-4294967294 lookup 77 pref 18
    rule add ipproto tcp sport 80 dport 1024-65534 lookup 77 pref 19
    rule add ipproto udp sport 1-9 dport 53 lookup 77 pref 20
    rule add ipproto 200 lookup 77 pref 21
    rule add tun_id 18446744073709551615 lookup 77 pref 22
    rule add lookup 254 suppress_prefixlength 0 pref 23
    rule add lookup 254 suppress_prefixlength 24 suppress_ifgroup 7 pref 24
    rule add lookup 254 suppress_ifgroup 0 pref 25
    rule add goto 32766 pref 26
    rule add goto 40000 pref 27
    rule add blackhole pref 28
    rule add unreachable fwmark 3 pref 29
    rule add prohibit iif v0 pref 30
    rule add nop pref 31 protocol 250
    rule add lookup 77 pref 32
    rule add lookup 78 pref 32
";

const RULES_4: &str = "
    rule add from 10.0.0.0/8 to 192.0.2.7 lookup 77 pref 40 realms 3/4
    rule add from 0.0.0.0/1 lookup 77 pref 41 realms 12
    rule add to 192.0.2.0/24 dsfield 0x10 lookup 255 pref 4294967295
";

const RULES_6: &str = "
    rule add from 2001:db8::/32 to 2001:db8:1::1 lookup 77 pref 40
    rule add from ::/1 lookup 77 pref 41
    rule add to 2001:db8::/48 tos 0xfc lookup 77 pref 4294967295
";

fn network() -> Option<Lab> {
    let lab = Lab::new()?;
    lab.pair("v0", "v1");
    let rules = if lab::has_users() { RULES.into() } else { RULES.replace("1000-4294967294", "0-0") };
    lab.batch_of("-4", &format!("{rules}{RULES_4}"));
    lab.batch_of("-6", &format!("{rules}{RULES_6}"));
    Some(lab)
}

/// What `ip` lists.
fn listed(lab: &Lab, family: &str) -> Vec<Value> {
    objects(&lab.json(&format!("{family} rule"))).to_vec()
}

fn compare(ours: &[Rule], theirs: &[Value]) {
    let shown = |rule| serde_json::to_value(rule).unwrap();
    assert_same(&ours.iter().map(shown).collect::<Vec<_>>(), theirs);
}

#[test]
fn rules_with_every_selector_and_action_are_as_ip_lists_them() {
    let Some(lab) = network() else { return };
    let mut nl = lab.netlink();
    for (family, option) in [(Family::INET, "-4"), (Family::INET6, "-6")] {
        let rules = nl.rules().filter(RuleFilter { family: Some(family), ..RuleFilter::default() }).list().unwrap();
        assert!(rules.len() >= 29 && rules.iter().all(|rule| rule.family == family));
        compare(&rules, &listed(&lab, option));
    }
}

#[test]
fn a_rule_for_vrfs_is_told_as_such() {
    let Some(lab) = Lab::new() else { return };
    if !lab.can("rule add l3mdev pref 9") {
        return;
    }
    let rules = lab.netlink().rules().filter(RuleFilter { priority: Some(9), ..RuleFilter::default() }).list();
    let rules = rules.unwrap();
    let [rule] = rules.as_slice() else { panic!("{rules:?}") };
    assert!(rule.l3mdev && rule.table == 0);
    compare(&lab.netlink().rules().list().unwrap()[..4], &listed(&lab, "-4"));
}

/// What `ip` calls a table.
fn name(table: u32) -> String {
    if table == 254 { "main".into() } else { table.to_string() }
}

#[test]
fn rules_are_filtered_by_family_table_and_priority_whoever_filters() {
    let Some(lab) = network() else { return };
    let both = [(Family::INET, listed(&lab, "-4")), (Family::INET6, listed(&lab, "-6"))];
    for mut nl in [lab.netlink(), lab.netlink_without_filters()] {
        for family in [None, Some(Family::INET), Some(Family::INET6)] {
            for table in [None, Some(77), Some(u32::MAX), Some(254), Some(4711)] {
                for priority in [None, Some(0), Some(11), Some(32), Some(u32::MAX)] {
                    let theirs = both.iter().filter(|(of, _)| family.is_none_or(|wanted| wanted == *of));
                    let wanted = |rule: &&Value| {
                        table.is_none_or(|table: u32| rule["table"] == name(table))
                            && priority.is_none_or(|priority: u32| rule["priority"] == priority)
                    };
                    let theirs: Vec<Value> =
                        theirs.flat_map(|(_, rules)| rules.iter().filter(wanted).cloned()).collect();
                    let filter = RuleFilter { family, table, priority };
                    compare(&nl.rules().filter(filter).list().unwrap(), &theirs);
                }
            }
        }
    }
}

#[test]
fn a_code_point_and_a_flow_label_are_told() {
    let Some(lab) = Lab::new() else { return };
    // `ip` of today's distributions cannot say them.
    let mut socket = lab.socket(&Options::default());
    let header = Header {
        family: Family::INET6.into(),
        action: RuleAction::TO_TBL.into(),
        table: nlwire::codec::route::route::Table::MAIN.into(),
        ..Header::default()
    };
    let with_code_point = socket
        .request::<NewRule>(Flags::CREATE | Flags::EXCL, header, |rule| rule.put(Key::PRIORITY, 5)?.put(Key::DSCP, 42));
    let with_label = socket.request::<NewRule>(Flags::CREATE | Flags::EXCL, header, |rule| {
        rule.put(Key::PRIORITY, 6)?.put(Key::FLOWLABEL, 0x12340)?.put(Key::FLOWLABEL_MASK, 0xffff0)
    });
    for made in [with_code_point, with_label] {
        match made {
            Ok(()) => {}
            Err(Error::Refused(refusal)) => return skip(&format!("this kernel lacks a selector: {refusal}")),
            Err(error) => panic!("{error}"),
        }
    }
    let filter = RuleFilter { family: Some(Family::INET6), table: Some(254), priority: None };
    let rules = lab.netlink().rules().filter(filter).list().unwrap();
    if rules[0].dscp.is_none() || rules[1].flow_label.is_none() {
        return skip("this kernel takes selectors that it does not know, and forgets them");
    }
    assert_eq!((rules[0].dscp, rules[0].tos), (Some(42), 0));
    assert_eq!((rules[1].flow_label, rules[1].flow_label_mask), (Some(0x12340), Some(0xffff0)));
    assert_eq!(rules.len(), 3);
}

#[test]
fn a_rule_by_masks_is_listed_with_them_deleted_by_them_and_the_same_when_it_is_added_again() {
    let Some(lab) = Lab::new() else { return };
    let mut nl = lab.netlink();
    let rule = |priority| Rule { family: Family::INET, priority: Some(priority), table: 77, ..Rule::default() };
    let rules = [
        Rule { source_ports: Some(0x50..=0x50), source_port_mask: Some(0xff), ..rule(5) },
        Rule { destination_ports: Some(0x1000..=0x1000), destination_port_mask: Some(0xf000), ..rule(6) },
        Rule { dscp: Some(5), dscp_mask: Some(7), ..rule(7) },
    ];
    for wanted in &rules {
        if let Err(error) = nl.rules().add(wanted) {
            return skip(&format!("this kernel lacks a mask: {error}"));
        }
        let filter = RuleFilter { priority: wanted.priority, ..RuleFilter::default() };
        let [listed] = <[Rule; 1]>::try_from(nl.rules().filter(filter.clone()).list().unwrap()).unwrap();
        if (listed.source_port_mask, listed.destination_port_mask, listed.dscp_mask) == (None, None, None) {
            return skip("this kernel takes masks that it does not know, and forgets them");
        }
        assert_eq!(nl.rules().ensure(wanted).unwrap(), Ensured::Unchanged, "{listed:?}");
        // The same without the mask is another, also where the kernel refuses to have both at one place.
        let exact = Rule { source_port_mask: None, destination_port_mask: None, dscp_mask: None, ..wanted.clone() };
        match nl.rules().ensure(&exact) {
            Ok(ensured) => {
                assert_eq!(ensured, Ensured::Added);
                assert_eq!(nl.rules().ensure(&exact).unwrap(), Ensured::Unchanged);
                nl.rules().delete(&exact).unwrap();
            }
            Err(error) => assert!(error.is_exists(), "{error}"),
        }
        assert_eq!(nl.rules().filter(filter.clone()).list().unwrap(), std::slice::from_ref(&listed));
        nl.rules().delete(&listed).unwrap();
        assert_eq!(nl.rules().filter(filter.clone()).list().unwrap(), []);
        nl.rules().add(&listed).unwrap();
        assert_eq!(nl.rules().filter(filter).list().unwrap(), std::slice::from_ref(&listed));
        let shown = serde_json::to_value(&listed).unwrap();
        let masks = ["sport_mask", "dport_mask", "dscp_mask"].map(|key| shown[key].as_str());
        assert_eq!(masks.iter().flatten().count(), 1, "{shown}");
    }
}

#[test]
fn a_stream_of_rules_is_their_list() {
    let Some(lab) = network() else { return };
    let mut nl = lab.netlink();
    for family in [Family::INET, Family::INET6] {
        for table in [None, Some(77)] {
            let filter = RuleFilter { family: Some(family), table, priority: None };
            let list = nl.rules().filter(filter.clone()).list().unwrap();
            let mut stream = nl.rules().filter(filter).dump().unwrap();
            let mut streamed = Vec::new();
            while let Some(rule) = stream.next().unwrap() {
                streamed.push(Rule::from_view(&rule).unwrap());
            }
            assert_eq!(streamed, list);
        }
    }
}
