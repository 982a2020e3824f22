//! Sharing one amount out over lines so that the shares sum to it exactly: the method of the largest remainder.

/// Shares `amount` out in proportion to `weights`. Everybody gets their whole units; the units left over go one
/// each to the largest remainders, and among equals to whoever stands first. `amount` is at least nothing and at
/// most the sum of the weights, so no share is larger than its weight. `None` when a number does not fit.
pub(in crate::pricing) fn by_largest_remainder(amount: i64, weights: &[i64]) -> Option<Vec<i64>> {
    let mut whole: i128 = 0;
    let mut largest = 0;
    for weight in weights {
        whole = whole.checked_add(i128::from(*weight))?;
        largest = largest.max(*weight);
    }
    let mut shares = vec![0_i64; weights.len()];
    if whole == 0 || amount == 0 {
        return Some(shares);
    }
    let mut remainders: Vec<(i128, usize)> = Vec::with_capacity(weights.len());
    let mut left = amount;
    // Nearly every product fits in 64 bits, where dividing is several times faster.
    let short = i64::try_from(whole).ok().filter(|_| amount.checked_mul(largest).is_some());
    for (position, (share, weight)) in shares.iter_mut().zip(weights).enumerate() {
        if *weight == 0 {
            continue;
        }
        let remainder = if let Some(whole) = short {
            let exact = amount.checked_mul(*weight)?;
            *share = exact.checked_div(whole)?;
            i128::from(exact.checked_sub(share.checked_mul(whole)?)?)
        } else {
            let exact = i128::from(amount).checked_mul(i128::from(*weight))?;
            *share = i64::try_from(exact.checked_div(whole)?).ok()?;
            exact.checked_rem(whole)?
        };
        left = left.checked_sub(*share)?;
        remainders.push((remainder, position));
    }
    if left == 0 {
        return Some(shares);
    }
    remainders.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    for (_, position) in remainders.into_iter().take(usize::try_from(left).ok()?) {
        let share = shares.get_mut(position)?;
        *share = share.checked_add(1)?;
    }
    Some(shares)
}

/// Shares `amount` out like [`by_largest_remainder`], but gives nobody more than their room; what one has no room
/// for goes to the others. Gives out less than `amount` only when all room is used up. Each pass places everything
/// or fills a line, so there are at most as many passes as lines.
pub(in crate::pricing) fn within_room(amount: i64, weights: &[i64], rooms: &[i64]) -> Option<Vec<i64>> {
    let mut given = vec![0_i64; rooms.len()];
    let mut left = amount;
    for _ in rooms {
        let mut open = Vec::with_capacity(rooms.len());
        for ((weight, room), so_far) in weights.iter().zip(rooms).zip(&given) {
            open.push(if so_far < room { *weight } else { 0 });
        }
        let mut weight_open: i64 = 0;
        for weight in &open {
            weight_open = weight_open.checked_add(*weight)?;
        }
        if left == 0 || weight_open == 0 {
            break;
        }
        let shares = by_largest_remainder(left.min(weight_open), &open)?;
        for ((so_far, room), share) in given.iter_mut().zip(rooms).zip(shares) {
            let fits = share.min(room.checked_sub(*so_far)?);
            *so_far = so_far.checked_add(fits)?;
            left = left.checked_sub(fits)?;
        }
    }
    Some(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn left_over_units_go_to_the_largest_remainders_then_to_the_first() {
        // 100 × 1/3 = 33.33 each: one unit is left, all remainders are equal, the first gets it.
        assert_eq!(by_largest_remainder(100, &[50, 50, 50]), Some(vec![34, 33, 33]));
        // 10 × 15/45 = 3.33, 10 × 30/45 = 6.67: the unit left over goes to the second.
        assert_eq!(by_largest_remainder(10, &[15, 30]), Some(vec![3, 7]));
        assert_eq!(by_largest_remainder(7, &[7, 0]), Some(vec![7, 0]));
        assert_eq!(by_largest_remainder(0, &[1, 2]), Some(vec![0, 0]));
        assert_eq!(by_largest_remainder(0, &[]), Some(vec![]));
    }

    #[test]
    fn what_one_line_has_no_room_for_goes_to_the_others() {
        // First pass 30/30; the first line takes only 10, and the 20 left go to the second.
        assert_eq!(within_room(60, &[100, 100], &[10, 100]), Some(vec![10, 50]));
        // There is room for 15 in all.
        assert_eq!(within_room(60, &[100, 100], &[10, 5]), Some(vec![10, 5]));
        assert_eq!(within_room(60, &[100, 100], &[0, 0]), Some(vec![0, 0]));
    }

    #[test]
    fn the_largest_amounts_can_be_shared() {
        assert_eq!(by_largest_remainder(i64::MAX, &[i64::MAX, 0]), Some(vec![i64::MAX, 0]));
        let halves = by_largest_remainder(i64::MAX, &[i64::MAX, i64::MAX]).unwrap();
        assert_eq!(halves.iter().map(|half| i128::from(*half)).sum::<i128>(), i128::from(i64::MAX));
    }
}
